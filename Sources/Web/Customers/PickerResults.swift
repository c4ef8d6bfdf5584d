import Customers
import Mustache
import Organisations
import Policy
import Primitives

/// What a customer picker found.
struct PickerResults: MustacheParent {
    let field: String
    let query: String
    let rows: [Row]
    let isEmpty: Bool

    struct Row: MustacheParent {
        let id: String
        let name: String
        let more: String

        func child(named name: String) -> Any? {
            switch name {
            case "id": id
            case "name": self.name
            case "more": more
            default: nil
            }
        }
    }

    func child(named name: String) -> Any? {
        switch name {
        case "field": field
        case "query": query
        case "rows": rows
        case "isEmpty": isEmpty
        default: nil
        }
    }

    static func find(
        _ query: String, field: String, desk: Desk, _ principal: Principal
    ) async throws -> PickerResults {
        let found = try await desk.customers.search(query, limit: 8, by: principal)
        return PickerResults(
            field: field, query: query,
            rows: found.items.map {
                Row(id: $0.id.description, name: $0.name, more: $0.phone + " " + $0.reference)
            }, isEmpty: found.items.isEmpty)
    }
}
