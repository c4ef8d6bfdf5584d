import Cases
import Customers
import Organisations
import Policy
import Primitives
import Storage

/// What somebody finds by a few letters, for the palette, the page and the API alike: of each kind a few, and only
/// what the reader may open.
struct Finder {
    let desk: Desk
    let principal: Principal
    /// At most so many of each kind.
    let limit: Int

    func customers(_ query: String) async throws -> [CustomerSummary] {
        guard principal.can(.readCustomers) else { return [] }
        return try await desk.customers.search(query, limit: limit, by: principal).items
    }

    /// By the beginning of their number; one letter would find them all.
    func cases(_ query: String) async throws -> [Case] {
        guard principal.can(.readCases), query.count >= 2 else { return [] }
        return try await desk.cases.list(CaseService.Filter(reference: query), limit: limit, for: principal).cases
    }

    func clauses(_ query: String, of charter: Charter?) -> [Clause] {
        guard principal.can(.readCharter) else { return [] }
        let wanted = query.lowercased()
        return Array(
            (charter?.clauses ?? []).lazy.filter {
                $0.key.lowercased().hasPrefix(wanted) || $0.title.simplified.contains(query)
                    || ($0.title.english?.lowercased().contains(wanted) ?? false)
                    || $0.title.traditional.contains(query)
            }.prefix(limit))
    }

    func staff(_ query: String) async throws -> [Staff] {
        guard let reach = try? principal.reach(.readPeople) else { return [] }
        let organisation = principal.organisation
        return try await desk.database.read(for: organisation) { [limit] transaction in
            let store = OrganisationStore(transaction)
            let named = try store.staff(named: query, of: organisation, within: reach, limit: limit)
            // Colleagues are hundreds at most, Latin letters may be pinyin, and others Traditional.
            guard named.count < limit, query.utf8.count > 1 else { return named }
            let known = Set(named.map(\.id))
            let sounding = try store.staff(of: organisation, within: reach).filter {
                $0.leftOn == nil && !known.contains($0.id) && NameMatch.answers($0.name, to: query)
            }
            return Array((named + sounding).prefix(limit))
        }
    }
}
