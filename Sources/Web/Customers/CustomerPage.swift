import Cases
import Customers
import Obligations
import Organisations
import Policy
import Primitives
import Storage

/// A customer's file: who it is, what is still lacking, what comes next, and everything that happened.
struct CustomerPage {
    let shell: Shell
    let reference: String
    let fullName: String
    let name: [NamePart]
    let tags: [String]
    let owner: String?
    let unit: String
    let filed: String
    let whole: Whole
    let blocks: [Block]
    let kin: [Kin]
    let kinTitle: String
    let reveals: [Reveal]
    let acts: [Act]
    let factPath: String?
    let editPath: String?
    let counterPath: String?
    let give: Give?
    let tabs: [WorkbenchPage.Tab]
    let days: [Day]
    let earlierPath: String?
    /// Of a file that no act of its own began.
    let imported: String?
    let duties: [CasePage.DutyLine]
    let cases: [CaseLine]

    /// The ring of completeness and what is lacking.
    struct Whole {
        let percent: Int
        let arc: String
        let summary: String
        let clauses: [String]
        let lack: [String]
        let more: String?
        /// All that is lacking; small screens have no room for the list beside the ring.
        let all: String?
    }

    /// The facts about one person, or about the customer itself.
    struct Block {
        let title: String?
        let lines: [Line]

        struct Line {
            let label: String
            let text: String
            let isMasked: Bool
            /// The form that shows the number.
            let reveal: String?
            var revealTitle = ""
            let isLong: Bool
        }
    }

    struct Kin {
        let who: String
        let date: String?
        let isToday: Bool
        let more: String?
        let phone: String?
        let reveal: String?
        let revealTitle: String
    }

    /// Asks why before a number is shown.
    struct Reveal {
        let id: String
        let action: String
        let field: String
        let title: String
        let clause: String?
        let by: String
    }

    struct Act {
        let title: String
        let path: String
        let isFirst: Bool
    }

    struct Give {
        let action: String
        let revision: Int
        let people: [FieldPart.Option]
    }

    struct Day {
        let title: String
        let events: [Entry]

        struct Entry {
            let time: String
            let machine: String
            let face: String?
            let text: String
            let casePath: String?
            let caseReference: String?
            let second: String?
            let said: [String]
            let clause: String?
            let tone: String
        }
    }

    struct CaseLine {
        let path: String
        let reference: String
        let summary: String
        let state: String
        let isClosed: Bool
        let opened: String
    }

    /// What the file page is made of.
    struct Material {
        let customer: Customer
        let entries: [TimelineEntry]
        let earlier: Event.ID?
        let view: TimelineView
        let duties: [Obligation]
        let cases: [Case]
        /// Those cases of the entries that the reader may open.
        let readable: Set<CaseID>
        let names: [StaffID: String]
        let units: [UnitID: String]
        let charters: [Int: Charter]
        let colleagues: [Staff]
    }

    init(_ material: Material, frame: Frame, principal: Principal) {
        let customer = material.customer
        let words = frame.words
        let labels = CustomerWords(frame)
        let path = "/customers/\(customer.id)"
        shell = frame.shell
        reference = customer.reference
        fullName = customer.name
        name = NamePart.parts(of: customer.name)
        tags =
            [labels.classification(customer.classification)]
            + (customer.kind == .company ? [labels.kind(.company)] : [])
            + (customer.status == .dormant ? [labels.status(.dormant)] : [])
        owner = customer.owner.flatMap { material.names[$0] }
        unit = material.units[customer.unit] ?? ""
        filed = words("{0}建档", frame.time.date(frame.time.zone.local(customer.createdAt).day))
        whole = CustomerPage.whole(customer, labels, frame)
        let mayReveal =
            (try? principal.reach(.revealCustomers))?.covers(unit: customer.unit, owner: customer.owner)
            ?? false
        let mayWrite =
            (try? principal.reach(.writeCustomers))?.covers(unit: customer.unit, owner: customer.owner)
            ?? false
        let file = FileBlocks(customer: customer, labels: labels, mayReveal: mayReveal)
        blocks = file.blocks()
        kin = file.kin()
        kinTitle = words(customer.people(.family).isEmpty ? "生日" : "家人与生日")
        let clause = frame.charter?.clauses(with: .revealLog).first?.key
        reveals = mayReveal ? file.reveals(path: path, clause: clause, by: principal.name) : []
        var starts = CustomerPage.starts(frame, principal, of: customer.id)
        factPath =
            principal.can(.recordFacts)
                && frame.charter?.facts.contains { $0.subject == .customer } == true
            ? "/facts/new?customer=\(customer.id)" : nil
        if !starts.isEmpty { starts[0] = Act(title: starts[0].title, path: starts[0].path, isFirst: true) }
        acts = starts
        counterPath =
            principal.can(.readMembers) && frame.charter?.membership != nil ? path + "/counter" : nil
        editPath = mayWrite ? path + "/edit" : nil
        give =
            mayWrite && material.colleagues.count > 1
            ? Give(
                action: path + "/owner", revision: customer.revision,
                people: material.colleagues.map {
                    FieldPart.Option(
                        key: $0.id.description, title: $0.name + " " + $0.unitName, isPicked: $0.id == customer.owner)
                }) : nil
        tabs = TimelineView.allCases.map {
            WorkbenchPage.Tab(
                title: $0.title(words), path: $0 == .all ? path : path + "?show=\($0.rawValue)",
                isCurrent: $0 == material.view, tally: nil)
        }
        days = TimelineDays(material: material, frame: frame, labels: labels)
            .days()
        earlierPath = material.earlier.map { path + "?show=\(material.view.rawValue)&before=\($0)" }
        let isBegun = material.entries.contains { $0.event.type == "customer.filed" }
        imported =
            material.view == .all && material.earlier == nil && !isBegun
            ? words("{0}由名单导入建档", frame.time.fullDate(frame.time.zone.local(customer.createdAt).day)) : nil
        duties = CustomerPage.duties(material, frame, principal)
        cases = material.cases.map { matter in
            let workflow = (material.charters[matter.charterVersion] ?? frame.charter)?.workflow(matter.workflow)
            return CaseLine(
                path: "/cases/\(matter.id)", reference: matter.reference, summary: matter.summary,
                state: workflow?.state(matter.state)?.title[frame.language] ?? matter.state,
                isClosed: matter.closedAt != nil, opened: frame.time.moment(matter.openedAt))
        }
    }

    private static func whole(_ customer: Customer, _ labels: CustomerWords, _ frame: Frame) -> Whole {
        let completeness = Completeness(customer)
        let lacking = (completeness.missing + completeness.missingPersonal).map { labels.field($0.key, of: $0.role) }
        // The whole ring of the drawing is 163.4 long.
        let tenths = completeness.percent * 1634 / 100
        let shown = lacking.count > 8 ? 7 : lacking.count
        return Whole(
            percent: completeness.percent, arc: "\(tenths / 10).\(tenths % 10)",
            summary: lacking.isEmpty
                ? frame.words("{0}项都齐", String(completeness.asked))
                : frame.words("{0}项缺{1}项", String(completeness.asked), String(lacking.count)),
            clauses: (frame.charter?.clauses(with: .fileCompleteness) ?? []).prefix(2).map(\.key),
            lack: Array(lacking.prefix(shown)),
            more: lacking.count > shown ? labels.list(Array(lacking.dropFirst(shown))) : nil,
            all: lacking.isEmpty ? nil : labels.list(lacking))
    }

    /// The workflows about customers that the reader's post may begin.
    private static func starts(_ frame: Frame, _ principal: Principal, of customer: CustomerID) -> [Act] {
        guard principal.can(.actOnCases), let charter = frame.charter else { return [] }
        return charter.workflows.filter { workflow in
            workflow.start.actors.contains(principal.post)
                && charter.form(workflow.start.form)?.field(workflow.subject)?.kind == .customer
        }.map {
            Act(
                title: frame.words("登记{0}", $0.title[frame.language]),
                path: "/cases/new/\($0.key)?customer=\(customer)", isFirst: false)
        }
    }

    private static func duties(_ material: Material, _ frame: Frame, _ principal: Principal) -> [CasePage.DutyLine] {
        material.duties.map { duty in
            let clause = (material.charters[duty.charterVersion] ?? frame.charter)?.clause(duty.clause)
            return CasePage.DutyLine(
                id: duty.id.description, clause: duty.clause, isBroken: duty.isOverdue(at: frame.time.now),
                title: (clause?.duty?.title ?? clause?.title)?[frame.language] ?? duty.clause,
                path: "/obligations/\(duty.id)",
                holder: duty.holder.flatMap { material.names[$0] } ?? frame.words("无人承办"),
                due: DuePart(duty, frame.time))
        }
    }
}

/// The facts, kin and reveals of one file.
private struct FileBlocks {
    let customer: Customer
    let labels: CustomerWords
    let mayReveal: Bool

    func blocks() -> [CustomerPage.Block] {
        let itself = customer.people(.itself).first
        var lines = itself.map { numbers(of: $0) } ?? []
        add("address", customer.address, to: &lines)
        if let itself { lines += personal(itself) }
        add("source", customer.source, to: &lines)
        add("notes", customer.notes, isLong: true, to: &lines)
        var blocks = [CustomerPage.Block(title: nil, lines: lines)]
        for role in [Person.Role.responsible, .contact] {
            for person in customer.people(role) {
                var lines: [CustomerPage.Block.Line] = []
                add("name", person.name, to: &lines)
                blocks.append(
                    CustomerPage.Block(
                        title: labels.role(role), lines: lines + numbers(of: person) + personal(person)))
            }
        }
        return blocks.filter { !$0.lines.isEmpty }
    }

    private func add(
        _ key: String, _ text: String, isLong: Bool = false, to lines: inout [CustomerPage.Block.Line]
    ) {
        if text.isEmpty { return }
        lines.append(
            CustomerPage.Block.Line(
                label: labels.field(key), text: text, isMasked: false, reveal: nil, isLong: isLong))
    }

    private func numbers(of person: Person) -> [CustomerPage.Block.Line] {
        ["phone", "email", "identity_number"].compactMap { key in
            let masked = person.masked(key)
            if masked.isEmpty { return nil }
            return CustomerPage.Block.Line(
                label: labels.field(key), text: masked, isMasked: true,
                reveal: mayReveal ? FileBlocks.id(person, key) : nil,
                revealTitle: labels.words("显示完整的{0}", labels.field(key)), isLong: false)
        }
    }

    private func personal(_ person: Person) -> [CustomerPage.Block.Line] {
        var lines: [CustomerPage.Block.Line] = []
        add("position", person.position, to: &lines)
        add("gender", person.gender.map(labels.gender) ?? "", to: &lines)
        add("best_time", person.bestTime, to: &lines)
        add("hobbies", person.hobbies, isLong: true, to: &lines)
        add("circumstances", person.circumstances, isLong: true, to: &lines)
        return lines
    }

    /// Everybody with a birthday, and the family; the next birthday first.
    func kin() -> [CustomerPage.Kin] {
        let today = labels.time.zone.local(labels.time.now).day
        let people = customer.people.filter { $0.role == .family || $0.birthday != nil }
        let dated = people.map { (person: $0, next: $0.birthday?.next(from: today)) }
        return dated.enumerated().sorted { left, right in
            (left.element.next?.day.number ?? .max, left.offset) < (
                right.element.next?.day.number ?? .max, right.offset
            )
        }.map { kin($0.element.person, $0.element.next, today) }
    }

    private func kin(_ person: Person, _ next: BirthdayOccasion?, _ today: CalendarDay) -> CustomerPage.Kin {
        let words = labels.words
        let role = person.relation.isEmpty ? labels.role(person.role) : person.relation
        var more: String?
        if let birthday = person.birthday {
            more = labels.birthday(birthday)
            if let next, next.isClamped {
                more = words("{0}；当年无此日，按{1}过", more ?? "", labels.time.date(next.day))
            }
        }
        return CustomerPage.Kin(
            who: person.name.isEmpty ? role : role + "\u{2002}" + person.name,
            date: next.map { $0.day == today ? words("今天") : labels.time.date($0.day) },
            isToday: next?.day == today, more: more,
            phone: person.role == .family && !person.phone.isEmpty ? person.phone : nil,
            reveal: person.role == .family && mayReveal && !person.phone.isEmpty ? FileBlocks.id(person, "phone") : nil,
            revealTitle: words("显示完整的{0}", labels.field("phone")))
    }

    func reveals(path: String, clause: String?, by reader: String) -> [CustomerPage.Reveal] {
        customer.people.flatMap { person in
            ["phone", "email", "identity_number"].filter { !person.masked($0).isEmpty }.map { key in
                CustomerPage.Reveal(
                    id: FileBlocks.id(person, key), action: path + "/people/\(person.id)/reveal", field: key,
                    title: labels.words("显示完整的{0}", labels.field(key)), clause: clause, by: reader)
            }
        }
    }

    private static func id(_ person: Person, _ key: String) -> String { "reveal-\(person.id)-\(key)" }
}
