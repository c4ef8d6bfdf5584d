#pragma once

/// Sets what SQLite takes before its first use only, through functions that Swift cannot call since their
/// arguments vary. Called once, before the first database is opened; afterwards it changes nothing.
///
/// Returns whether SQLite took the settings.
int charter_settle_sqlite(void);
