import Cases
import Consequences
import Customers
import Knowledge
import Members
import Mustache
import Notices
import Obligations
import Organisations
import Policy
import Primitives
import Storage

/// What surrounds every page: company, menu, counters, the person.
struct Shell: MustacheParent, Sendable {
    let assets: String
    let formToken: String
    /// Of this page and no other, so that a form sent twice is known.
    let formKey = FormPage.key().description
    let rooms: [Room]
    let starts: [Start]
    /// The page up to its title, from there to what it is about, and after that.
    let opening: HTML
    let navigation: HTML
    let closing: HTML
    /// The buttons at the end of the bar: finding something, beginning something.
    let find: HTML
    let new: HTML

    /// A line of the menu.
    struct Room: TemplateRow {
        let title: String
        let path: String
        let icon: String
        let assets: String
        let isCurrent: Bool
        let isMinor: Bool
        let tally: String?
        let isLate: Bool

        enum Tag: String, CaseIterable {
            case title, path, icon, assets, isCurrent, isMinor, tally, isLate
        }

        func text(_ tag: Tag) -> String? {
            switch tag {
            case .title: title
            case .path: path
            case .icon: icon
            case .assets: assets
            case .isCurrent: isCurrent ? "" : nil
            case .isMinor: isMinor ? "" : nil
            case .tally: tally
            case .isLate: isLate ? "" : nil
            }
        }
    }

    /// What the person may begin from everywhere.
    struct Start: TemplateRow {
        let title: String
        let path: String

        enum Tag: String, CaseIterable {
            case title, path
        }

        func text(_ tag: Tag) -> String? {
            switch tag {
            case .title: title
            case .path: path
            }
        }
    }

    /// What stands around the page.
    struct Surroundings: TemplateRow {
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
        let isDemo: Bool
        let toast: String?
        let rooms: HTML
        let minorRooms: HTML
        let starts: HTML

        enum Tag: String, CaseIterable {
            case lang, theme, company, assets, formToken, lastEvent, now, name, face, post, path, isDemo, toast
            case rooms, minorRooms, starts, isSystem, isLight, isDark, canStart
        }

        func text(_ tag: Tag) -> String? {
            switch tag {
            case .lang: lang
            case .theme: theme
            case .company: company
            case .assets: assets
            case .formToken: formToken
            case .lastEvent: lastEvent
            case .now: now
            case .name: name
            case .face: face
            case .post: post
            case .path: path
            case .isDemo: isDemo ? "" : nil
            case .toast: toast
            case .rooms, .minorRooms, .starts: nil
            case .canStart: starts.bytes.isEmpty ? nil : ""
            case .isSystem: theme == nil ? "" : nil
            case .isLight: theme == "light" ? "" : nil
            case .isDark: theme == "dark" ? "" : nil
            }
        }

        func html(_ tag: Tag) -> HTML? {
            switch tag {
            case .rooms: rooms
            case .minorRooms: minorRooms
            case .starts: starts
            default: nil
            }
        }
    }

    init(_ around: Surroundings, rooms: [Room], starts: [Start], templates: RowTemplates) {
        assets = around.assets
        formToken = around.formToken
        self.rooms = rooms
        self.starts = starts
        opening = templates.opening.render(around)
        navigation = templates.navigation.render(around)
        closing = templates.closing.render(around)
        find = templates.find.render(around)
        new = templates.new.render(around)
    }

    func child(named name: String) -> Any? {
        switch name {
        case "assets": assets
        case "formToken": formToken
        case "formKey": formKey
        case "opening": opening.text
        case "navigation": navigation.text
        case "closing": closing.text
        case "find": find.text
        case "new": new.text
        default: nil
        }
    }
}

/// The rooms of the desk, for the menu.
enum Room: CaseIterable {
    case workbench, cases, customers, activities, notices, charter, findings, knowledge, people
}

/// Everything that a page needs from the rest of the program.
public struct Desk: Sendable {
    let templates: Templates
    let book: Words.Book
    let database: any Database
    let organisations: OrganisationService
    let charters: CharterShelf
    let cases: CaseService
    let attachments: AttachmentService
    let obligations: ObligationService
    let notices: NoticeService
    let consequences: ConsequenceService
    let knowledge: KnowledgeService
    let members: MemberService
    let customers: CustomerService
    let facts: FactService
    let signIn: SignInService
    let adherence: AdherenceService
    let readCharter: Services.CharterReader
    let assetVersion: String
    /// Of the page in an evidence pack.
    let evidenceStyle: [UInt8]
    let isDemo: Bool

    /// What a page of this person says and shows around its matter.
    func frame(_ context: StaffContext, room: Room?, path: String, toast: String? = nil) async throws -> Frame {
        try await database.read(for: context.principal.organisation) {
            try frame(context, room: room, path: path, toast: toast, in: $0)
        }
    }

    /// The same in a transaction at hand.
    func frame(
        _ context: StaffContext, room: Room?, path: String, toast: String? = nil, in transaction: any ReadTransaction
    ) throws -> Frame {
        let found = try find(for: context.principal, in: transaction)
        let principal = context.principal
        let words = book[context.language]
        let charter = found.charter
        var rooms: [Shell.Room] = []
        func add(
            _ target: Room, _ title: String, _ path: String, _ icon: String, minor: Bool = false, tally: Int = 0,
            late: Bool = false
        ) {
            rooms.append(
                Shell.Room(
                    title: words(title), path: path, icon: icon, assets: assetVersion, isCurrent: room == target,
                    isMinor: minor, tally: tally == 0 ? nil : tally > 99 ? "99+" : String(tally), isLate: late))
        }
        let duties = found.duties
        add(
            .workbench, "工作台", "/", "i-desk", tally: duties.overdue > 0 ? duties.overdue : duties.mine,
            late: duties.overdue > 0)
        if principal.can(.readCases) { add(.cases, "事务", "/cases", "i-case", tally: found.openCases) }
        if principal.can(.readCustomers) { add(.customers, "客户", "/customers", "i-person") }
        add(.notices, "通知", "/notices", "i-bell", tally: found.unread)
        if principal.can(.readCharter) { add(.charter, "制度", "/charter", "i-book") }
        // Everybody may read what was found against himself.
        if charter?.workflows.contains(where: { $0.accountability != nil }) == true {
            add(.findings, "责任", "/findings", "i-alert", minor: true)
        }
        if principal.can(.readMembers), charter?.membership?.offers.activities.isEmpty == false {
            add(.activities, "会员活动", "/activities", "i-card", minor: true)
        }
        add(.knowledge, "知识库", "/knowledge", "i-book", minor: true)
        if principal.can(.readPeople) { add(.people, "人员", "/people", "i-team", minor: true) }
        var starts: [Shell.Start] = []
        if principal.can(.actOnCases) {
            for workflow in charter?.workflows ?? [] where workflow.start.actors.contains(principal.post) {
                starts.append(
                    Shell.Start(title: workflow.title[context.language], path: "/cases/new/\(workflow.key)"))
            }
        }
        if principal.can(.writeCustomers) {
            starts.append(Shell.Start(title: words("客户档案"), path: "/customers/new"))
        }
        if principal.can(.recordFacts), charter?.facts.isEmpty == false {
            starts.append(Shell.Start(title: words("登记事实"), path: "/facts/new"))
        }
        let rows = templates.rows(in: context.language)
        let around = Shell.Surroundings(
            lang: context.language.rawValue, theme: context.theme, company: found.company, assets: assetVersion,
            formToken: context.signedIn.formToken, lastEvent: String(found.lastEvent), now: found.now.rfc3339,
            name: principal.name, face: String(principal.name.face.prefix(1)),
            post: charter?.post(principal.post)?.title[context.language] ?? "", path: path, isDemo: isDemo,
            toast: toast, rooms: rows.room.render(rooms), minorRooms: rows.minorRoom.render(rooms.filter(\.isMinor)),
            starts: rows.start.render(starts))
        return Frame(
            shell: Shell(around, rooms: rooms, starts: starts, templates: rows),
            words: words, charter: charter,
            time: TimeWords(words: words, zone: charter?.calendar.zone ?? .utc, now: found.now),
            language: context.language, counts: duties)
    }

    private struct Found: Sendable {
        let company: String
        let charter: Charter?
        let lastEvent: Int64
        let now: Instant
        let duties: ObligationService.Counts
        let openCases: Int
        let unread: Int
    }

    private func find(for principal: Principal, in transaction: any ReadTransaction) throws -> Found {
        Found(
            company: try OrganisationStore(transaction).organisation(principal.organisation).name,
            charter: try? charters.inForce(for: principal.organisation, at: transaction.now, in: transaction),
            lastEvent: try JournalReader(transaction).head(of: principal.organisation)?.number ?? 0,
            now: transaction.now, duties: try obligations.counts(for: principal, in: transaction),
            openCases: try cases.openCount(for: principal, in: transaction),
            unread: try notices.unreadCount(for: principal, in: transaction))
    }
}

/// What every page of a request shares.
struct Frame: Sendable {
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
