import Cases
import Customers
import HTTPTypes
import Hummingbird
import Logging
import Organisations
import Policy
import Primitives
import Storage

/// A request of the API; it cannot be made without a principal, so no handler asks.
///
/// A class, since it is handed to every row of an answer: a copy of its many parts for each costs as much as the row.
final class APIContext: Sendable {
    let desk: Desk
    let request: Request
    let principal: Principal
    let words: Words
    /// The charter in force; `nil` before the company adopted one.
    let charter: Charter?
    let path: [String: String]
    let query: APIQuery
    let logger: Logger

    static let largestBody = 1 << 20

    init(
        desk: Desk, request: Request, principal: Principal, words: Words, charter: Charter?, path: [String: String],
        query: APIQuery, logger: Logger
    ) {
        self.desk = desk
        self.request = request
        self.principal = principal
        self.words = words
        self.charter = charter
        self.path = path
        self.query = query
        self.logger = logger
    }

    var language: Language { words.language }
    var zone: Zone { charter?.calendar.zone ?? .utc }

    /// RFC 3339 with the company's offset.
    func time(_ instant: Instant) -> String { zone.rfc3339(instant) }
    func time(_ instant: Instant?) -> String? { instant.map { zone.rfc3339($0) } }

    /// An identifier in the path.
    func id<Owner>(_ name: String = "id", of owner: Owner.Type = Owner.self) throws -> Identifier<Owner> {
        guard let id = path[name].flatMap({ Identifier<Owner>($0) }) else {
            throw APIFault.unfit([.init(name, .notAnIdentifier)])
        }
        return id
    }

    /// An empty list about what the caller may not see is no list: another company's customer, one out of reach and
    /// one who never was are answered alike.
    func mustSee(customer: CustomerID? = nil, matter: CaseID? = nil) async throws {
        let customers = try? principal.reach(.readCustomers)
        try await desk.database.read(for: principal.organisation) { [principal] transaction in
            if let customer {
                let directory = CustomerDirectory(transaction, principal.organisation)
                guard let customers, try directory.isVisible(customer, within: customers) else {
                    throw StorageError.notFound("customer \(customer)")
                }
            }
            if let matter {
                let store = CaseStore(transaction, principal.organisation)
                guard try store.visible([matter], to: principal).contains(matter) else {
                    throw StorageError.notFound("case \(matter)")
                }
            }
        }
    }

    /// The JSON object that was sent.
    func body() async throws -> APIBody {
        guard MediaType.isJSON(contentType) else { throw APIFault.notJSON }
        let value: JSONValue
        let bytes = try await bytes(upTo: Self.largestBody)
        do throws(JSONText.Fault) {
            value = try JSONText.read(bytes)
        } catch {
            throw APIFault.malformed(error)
        }
        guard case .object(let members) = value else { throw APIFault.unfit([.init("", .notA("object"))]) }
        return APIBody(members)
    }

    var contentType: String? { request.headers[.contentType] }

    /// The body as it was sent.
    func bytes(upTo limit: Int) async throws -> [UInt8] {
        guard let bytes = try await request.bytes(upTo: limit) else { throw APIFault.tooLarge(limit: limit) }
        return bytes
    }

    /// The revision that the caller saw: `If-Match`, else the member `revision`.
    func revision(_ body: inout APIBody) -> SeenRevision {
        let member = body.number("revision", 1...999_999_999).map { SeenRevision.number(Int($0)) }
        return request.headers[.ifMatch].map(SeenRevision.init(ifMatch:)) ?? member ?? .unsaid
    }
}

/// Which revision a caller means to change.
enum SeenRevision: Equatable {
    case unsaid
    /// `If-Match: *`, whichever is stored.
    case any
    /// 0 for a tag that can be none of ours, so that it matches nothing.
    case number(Int)

    init(ifMatch header: String) {
        let tags = header.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } }
        if tags == ["*"] {
            self = .any
            return
        }
        // Revisions only rise, so of several that were read the last is the one that can be stored.
        self = .number(tags.compactMap(Self.revision(ofTag:)).max() ?? 0)
    }

    /// To be checked; `nil` for no check.
    var number: Int? {
        if case .number(let number) = self { number } else { nil }
    }

    /// `"12"` → 12
    private static func revision(ofTag tag: String) -> Int? {
        guard tag.utf8.count > 2, tag.hasPrefix("\""), tag.hasSuffix("\"") else { return nil }
        let digits = tag.dropFirst().dropLast()
        guard let number = Int(digits), number > 0, String(number) == digits else { return nil }
        return number
    }
}

/// The media types that the API reads and writes.
enum MediaType {
    static let json = "application/json"
    static let problem = "application/problem+json"
    static let csv = "text/csv"

    static func isJSON(_ header: String?) -> Bool {
        guard let charset = charset(of: header, ifIt: json) else { return false }
        return ["", "utf-8"].contains(charset)
    }

    /// A list as a file.
    struct List {
        /// `nil`: to be told from the list itself.
        let encoding: ImportEncoding?
    }

    /// `nil` for another type, or an encoding that no list has.
    static func list(_ header: String?) -> List? {
        guard let charset = charset(of: header, ifIt: csv) else { return nil }
        if charset.isEmpty { return List(encoding: nil) }
        return ImportEncoding(word: charset).map(List.init)
    }

    /// Empty where the header names none; `nil` for another type.
    private static func charset(of header: String?, ifIt isType: String) -> String? {
        guard let parts = header?.lowercased().split(separator: ";").map({ $0.trimmingBlanks }),
            parts.first == isType[...]
        else { return nil }
        let named = parts.dropFirst().filter { $0.hasPrefix("charset=") }
        let charsets = Set(named.map { $0.dropFirst("charset=".count).filter { $0 != "\"" } })
        return charsets.count > 1 ? nil : charsets.first ?? ""
    }

    /// Whether an `Accept` header leaves room for JSON.
    static func acceptsJSON(_ header: String?) -> Bool {
        guard let header, !header.isEmpty else { return true }
        return header.lowercased().split(separator: ",").contains { range in
            let parts = range.split(separator: ";").map(\.trimmingBlanks)
            guard let type = parts.first, ["*/*", "application/*", json[...], problem[...]].contains(type) else {
                return false
            }
            return !parts.dropFirst().contains { ["q=0", "q=0.0", "q=0.00", "q=0.000"].contains($0) }
        }
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        var rest = self.drop { $0 == " " || $0 == "\t" }
        while rest.last == " " || rest.last == "\t" { rest.removeLast() }
        return rest
    }
}
