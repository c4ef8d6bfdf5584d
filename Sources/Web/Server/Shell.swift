import Cases
import Customers
import Mustache
import Notices
import Obligations
import Organisations
import Policy
import Primitives
import Storage

/// What surrounds every page: company, menu, counters, the person.
struct Shell: MustacheParent {
    let lang: String
    let theme: String?
    let company: String
    let assets: String
    let formToken: String
    let lastEvent: String
    let now: String
    let name: String
    let face: String
    let post: String
    let path: String
    let items: [Item]
    let minorItems: [Item]
    let starts: [Start]
    let canStart: Bool
    let isDemo: Bool
    let toast: String?

    struct Item: MustacheParent {
        let title: String
        let path: String
        let icon: String
        let isCurrent: Bool
        let isMinor: Bool
        let tally: String?
        let isLate: Bool

        func child(named name: String) -> Any? {
            switch name {
            case "title": title
            case "path": path
            case "icon": icon
            case "isCurrent": isCurrent
            case "isMinor": isMinor
            case "tally": tally
            case "isLate": isLate
            default: nil
            }
        }
    }

    struct Start: MustacheParent {
        let title: String
        let path: String

        func child(named name: String) -> Any? {
            switch name {
            case "title": title
            case "path": path
            default: nil
            }
        }
    }

    func child(named name: String) -> Any? {
        switch name {
        case "lang": lang
        case "theme": theme
        case "company": company
        case "assets": assets
        case "formToken": formToken
        case "lastEvent": lastEvent
        case "now": now
        case "name": self.name
        case "face": face
        case "post": post
        case "path": path
        case "items": items
        case "minorItems": minorItems
        case "starts": starts
        case "canStart": canStart
        case "isDemo": isDemo
        case "toast": toast
        case "isSystem": theme == nil
        case "isLight": theme == "light"
        case "isDark": theme == "dark"
        default: nil
        }
    }
}

/// The rooms of the desk, for the menu.
enum Room: CaseIterable {
    case workbench, cases, customers, notices, charter, people
}

/// Everything that a page needs from the rest of the program.
public struct Desk: Sendable {
    let templates: Templates
    let book: Words.Book
    let database: any Database
    let organisations: OrganisationService
    let charters: CharterShelf
    let cases: CaseService
    let obligations: ObligationService
    let notices: NoticeService
    let customers: CustomerService
    let facts: FactService
    let signIn: SignInService
    let adherence: AdherenceService
    let assetVersion: String
    let isDemo: Bool

    /// What a page of this person says and shows around its matter.
    func frame(_ context: StaffContext, room: Room?, path: String, toast: String? = nil) async throws -> Frame {
        let principal = context.principal
        let words = book[context.language]
        async let counts = obligations.counts(for: principal)
        async let unread = notices.unreadCount(for: principal)
        async let open = cases.openCount(for: principal)
        let around = try await database.read { [charters] transaction in
            (
                company: try OrganisationStore(transaction).organisation(principal.organisation).name,
                charter: try? charters.inForce(for: principal.organisation, at: transaction.now, in: transaction),
                lastEvent: try JournalReader(transaction).head(of: principal.organisation)?.number ?? 0,
                now: transaction.now
            )
        }
        let charter = around.charter
        let duties = try await counts
        var items: [Shell.Item] = []
        func add(
            _ target: Room, _ title: String, _ path: String, _ icon: String, minor: Bool = false, tally: Int = 0,
            late: Bool = false
        ) {
            items.append(
                Shell.Item(
                    title: words(title), path: path, icon: icon, isCurrent: room == target, isMinor: minor,
                    tally: tally == 0 ? nil : tally > 99 ? "99+" : String(tally), isLate: late))
        }
        add(
            .workbench, "工作台", "/", "i-desk", tally: duties.overdue > 0 ? duties.overdue : duties.mine,
            late: duties.overdue > 0)
        if principal.can(.readCases) { add(.cases, "事务", "/cases", "i-case", tally: try await open) }
        if principal.can(.readCustomers) { add(.customers, "客户", "/customers", "i-person") }
        add(.notices, "通知", "/notices", "i-bell", tally: try await unread)
        if principal.can(.readCharter) { add(.charter, "制度", "/charter", "i-book") }
        if principal.can(.readPeople) { add(.people, "人员", "/people", "i-team", minor: true) }
        _ = try await (unread, open)
        let starts =
            (charter?.workflows ?? []).filter {
                $0.start.actors.contains(principal.post) && principal.can(.actOnCases)
            }.map { Shell.Start(title: $0.title[context.language], path: "/cases/new/\($0.key)") }
            + (principal.can(.writeCustomers) ? [Shell.Start(title: words("客户档案"), path: "/customers/new")] : [])
            + (principal.can(.recordFacts) && charter?.facts.isEmpty == false
                ? [Shell.Start(title: words("登记事实"), path: "/facts/new")] : [])
        return Frame(
            shell: Shell(
                lang: context.language.rawValue, theme: context.theme, company: around.company, assets: assetVersion,
                formToken: context.signedIn.formToken, lastEvent: String(around.lastEvent),
                now: around.now.rfc3339, name: principal.name,
                face: String(principal.name.face.prefix(1)),
                post: charter?.post(principal.post)?.title[context.language] ?? "",
                path: path, items: items, minorItems: items.filter(\.isMinor), starts: starts,
                canStart: !starts.isEmpty, isDemo: isDemo, toast: toast),
            words: words, charter: charter,
            time: TimeWords(words: words, zone: charter?.calendar.zone ?? .utc, now: around.now),
            language: context.language, counts: duties)
    }
}

/// What every page of a request shares.
struct Frame {
    let shell: Shell
    let words: Words
    /// The charter in force; `nil` before the company adopted one.
    let charter: Charter?
    let time: TimeWords
    let language: Language
    /// The reader's duties, as the menu shows them.
    let counts: ObligationService.Counts
}

extension Zone {
    /// The zone of the journal itself, for a company that has no charter yet.
    static var utc: Zone {
        // Every zone database has UTC.
        Zone("UTC")!
    }
}

extension String {
    /// The two characters of an avatar: the last two of a Chinese name, else the initials.
    var face: String {
        if unicodeScalars.contains(where: { $0.value >= 0x2E80 }) {
            return String((split(separator: "·").first.map(String.init) ?? self).suffix(2))
        }
        return String(split(separator: " ").compactMap(\.first).prefix(2)).uppercased()
    }
}
