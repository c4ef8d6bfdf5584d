import Primitives
import Storage

extension ObligationService {
    /// Whether every obligation is wholly there.
    public struct Account: Sendable {
        public let count: Int
        public let faults: [String]
    }

    /// Checks that each duty has its opening event, each closed one its closing event, and that the loads add up.
    public func accountFor() async throws -> Account {
        try await database.read { transaction in
            var faults: [String] = []
            let orphans = try transaction.all(
                """
                SELECT obligation.id FROM obligation
                LEFT JOIN event ON event.organisation = obligation.organisation AND event.id = obligation.opened_by
                WHERE event.id IS NULL
                """
            ) { try $0[0] as ObligationID }
            faults += orphans.map { "obligation \($0): the event that opened it is missing" }
            let unclosed = try transaction.all(
                """
                SELECT obligation.id FROM obligation
                LEFT JOIN event ON event.organisation = obligation.organisation AND event.id = obligation.closed_by
                WHERE obligation.state <> 'open' AND event.id IS NULL
                """
            ) { try $0[0] as ObligationID }
            faults += unclosed.map { "obligation \($0): the event that closed it is missing" }
            let loads = try transaction.all(
                """
                SELECT holder_load.holder, holder_load.open_count,
                    (SELECT count(*) FROM obligation WHERE obligation.organisation = holder_load.organisation
                       AND obligation.holder = holder_load.holder AND obligation.state = 'open')
                FROM holder_load
                """
            ) { (try $0[0] as StaffID, try $0[1] as Int, try $0[2] as Int) }
            for (holder, kept, counted) in loads where kept != counted {
                faults.append("staff \(holder): \(kept) open duties kept, \(counted) counted")
            }
            let count = try transaction.one("SELECT count(*) FROM obligation", orElse: "count") { try $0[0] as Int }
            return Account(count: count, faults: faults)
        }
    }
}
