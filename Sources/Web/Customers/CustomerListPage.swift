import Customers
import Mustache
import Policy
import Primitives

/// The list of customers.
struct CustomerListPage {
    let shell: Shell
    let query: String
    let tabs: [WorkbenchPage.Tab]
    /// What the search form carries on.
    let kind: String?
    let isIncomplete: Bool
    let rows: [Row]
    let isEmpty: Bool
    let emptyTitle: String
    let emptyHint: String
    let nextPath: String?
    let canFile: Bool
    let salesPath: String?

    struct Row: MustacheParent {
        let path: String
        let name: String
        let reference: String
        let phone: String
        let kind: String
        let classification: String
        let owner: String
        let missing: String?
        let updated: String

        func child(named name: String) -> Any? {
            switch name {
            case "path": path
            case "name": self.name
            case "reference": reference
            case "phone": phone
            case "kind": kind
            case "classification": classification
            case "owner": owner
            case "missing": missing
            case "updated": updated
            default: nil
            }
        }
    }
}

/// What a list of customers was asked for, as it stands in the address.
struct CustomerListing {
    let query: String
    let filter: CustomerFilter
    let after: CustomerID?

    init(_ values: [String: String]) {
        query = (values["q"] ?? "").replacing("+", with: " ").trimmed
        filter = CustomerFilter(
            kind: values["kind"].flatMap(Customer.Kind.init(rawValue:)), isIncomplete: values["incomplete"] == "1")
        after = values["after"].flatMap { CustomerID($0) }
    }

    private init(query: String, filter: CustomerFilter, after: CustomerID?) {
        self.query = query
        self.filter = filter
        self.after = after
    }

    func with(_ filter: CustomerFilter) -> CustomerListing { CustomerListing(query: query, filter: filter, after: nil) }
    func after(_ last: CustomerID) -> CustomerListing { CustomerListing(query: query, filter: filter, after: last) }

    var path: String {
        var parts: [String] = []
        if !query.isEmpty { parts.append("q=" + query.percentEncoded) }
        if let kind = filter.kind { parts.append("kind=\(kind.rawValue)") }
        if filter.isIncomplete { parts.append("incomplete=1") }
        if let after { parts.append("after=\(after)") }
        return parts.isEmpty ? "/customers" : "/customers?" + parts.joined(separator: "&")
    }

    /// What a search found, narrowed as a list would be.
    func admits(_ summary: CustomerSummary) -> Bool {
        (filter.kind == nil || filter.kind == summary.kind) && (!filter.isIncomplete || summary.missing > 0)
    }
}
