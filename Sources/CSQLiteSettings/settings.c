#include "CSQLiteSettings.h"
#include <sqlite3.h>

int charter_settle_sqlite(void) {
    // The running total of memory is read by nobody, and each allocation would lock it.
    int totals = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    // A connection keeps some hundred prepared statements, which would use up the forty slots of the default.
    int slots = sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 1200, 400);
    return totals == SQLITE_OK && slots == SQLITE_OK;
}
