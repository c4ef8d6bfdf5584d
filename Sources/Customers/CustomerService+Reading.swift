public import Organisations
import Policy
public import Primitives
public import Storage

extension CustomerService {
    /// A customer's file, its numbers masked.
    /// - Throws: `Denial` without `customers.read`; `.notFound` when it lies outside the reach.
    public func find(_ id: CustomerID, by principal: Principal) async throws -> Customer {
        let reach = try principal.reach(.readCustomers)
        return try await database.read(for: principal.organisation) { transaction in
            try CustomerStore(transaction: transaction, organisation: principal.organisation)
                .find(id, within: reach).customer
        }
    }

    /// Visible customers, newest first.
    /// - Parameters:
    ///   - after: the `next` of the stretch before.
    ///   - limit: 1…200.
    public func list(
        _ filter: CustomerFilter = CustomerFilter(), after: CustomerID? = nil, limit: Int = 50,
        by principal: Principal
    ) async throws -> Stretch<CustomerSummary> {
        let reach = try principal.reach(.readCustomers)
        let limit = min(max(limit, 1), 200)
        return Stretch(
            try await database.read(for: principal.organisation) { transaction in
                try CustomerStore(transaction: transaction, organisation: principal.organisation)
                    .list(filter, within: reach, after: after, limit: limit + 1)
            }, limit: limit)
    }

    /// Visible customers who answer every word: part of a name, pinyin, initials, the last four digits of a
    /// telephone, a whole telephone, e-mail or identity number, a reference; newest first.
    public func search(
        _ text: String, after: CustomerID? = nil, limit: Int = 50, by principal: Principal
    ) async throws -> Stretch<CustomerSummary> {
        let reach = try principal.reach(.readCustomers)
        let limit = min(max(limit, 1), 200)
        let query = NameQuery(text)
        return Stretch(
            try await database.read(for: principal.organisation) { transaction in
                let search = CustomerSearch(
                    transaction: transaction, organisation: principal.organisation, reach: reach, index: index)
                return try search.find(query, after: after, limit: limit + 1)
            }, limit: limit)
    }

    /// What happened with a customer, newest first.
    public func timeline(
        of id: CustomerID, before: Event.ID? = nil, limit: Int = 50, by principal: Principal
    ) async throws -> [TimelineEntry] {
        let reach = try principal.reach(.readCustomers)
        return try await database.read(for: principal.organisation) { transaction in
            let organisation = principal.organisation
            _ = try CustomerStore(transaction: transaction, organisation: organisation).find(id, within: reach)
            let events = try EventStore(transaction).timeline(
                of: Event.Subject("customer", id), in: organisation, before: before, limit: min(max(limit, 1), 200))
            return try events.map { event in
                let words = try event.secret.flatMap {
                    try personKeys.open($0, for: id, of: organisation, in: transaction)
                }
                return TimelineEntry(event: event, words: (words ?? [:]).mapValuesByKey(masking))
            }
        }
    }

    /// Numbers stay masked in the history too; a reveal shows them.
    private func masking(_ key: String, _ word: String) -> String {
        guard let field = key.split(separator: ".").last else { return word }
        return switch field {
        case "phone":
            word.split(separator: "\n").map { PhoneNumber(String($0))?.masked ?? "****" }
                .joined(separator: "、")
        case "email": EmailAddress(word)?.masked ?? ""
        case "identity_number": IdentityNumber(word)?.masked ?? ""
        default: word
        }
    }
}

/// An event in a customer's history, with the personal words that were sealed with it.
public struct TimelineEntry: Sendable {
    public let event: Event
    /// Empty when there were none or they have been erased; telephones and other numbers are masked.
    public let words: [String: String]
}

extension Stretch where Item == CustomerSummary {
    /// - Parameter items: one more than the limit when there are further ones.
    init(_ items: [Item], limit: Int) {
        self.items = Array(items.prefix(limit))
        self.next = items.count > limit ? self.items.last?.id : nil
    }
}

extension [String: String] {
    fileprivate func mapValuesByKey(_ change: (String, String) -> String) -> [String: String] {
        Dictionary(uniqueKeysWithValues: map { ($0.key, change($0.key, $0.value)) })
    }
}
