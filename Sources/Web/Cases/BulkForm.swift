import Cases
import HTTPTypes
import Hummingbird
import Organisations
import Policy
import Primitives
import Storage
import Synchronization

/// What is to be done with chosen cases, as forms and addresses name it.
enum BulkForm {
    static let handOver = "hand_over"

    /// `complaint.respond`, or the word for giving cases away.
    static func kind(_ text: String) -> BulkAct.Kind? {
        if text == handOver { return .handOver }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        return .move(workflow: parts[0], move: parts[1])
    }

    static func key(_ kind: BulkAct.Kind) -> String {
        switch kind {
        case .handOver: handOver
        case .move(let workflow, let move): workflow + "." + move
        }
    }

    static func title(_ kind: BulkAct.Kind, _ charter: Charter?, _ frame: Frame) -> String {
        switch kind {
        case .handOver: frame.words("转办")
        case .move(let workflow, let move):
            charter?.workflow(workflow)?.move(move)?.title[frame.language] ?? move
        }
    }

    /// What the reader's post may do with several cases at once: nothing that is signed.
    static func acts(
        _ charter: Charter, _ workflow: String?, _ principal: Principal, _ frame: Frame
    ) -> [FieldPart.Option] {
        var options: [FieldPart.Option] = []
        if principal.can(.waiveObligations) {
            options.append(FieldPart.Option(key: handOver, title: frame.words("转办"), isPicked: false))
        }
        var seen: Set<String> = []
        if principal.can(.actOnCases) {
            for flow in charter.workflows where workflow == nil || flow.key == workflow {
                for move in flow.states.flatMap(\.moves)
                where move.actors.contains(principal.post) && move.signs.isEmpty {
                    let key = flow.key + "." + move.key
                    guard seen.insert(key).inserted else { continue }
                    let title = move.title[frame.language]
                    options.append(
                        FieldPart.Option(
                            key: key,
                            title: workflow == nil ? flow.title[frame.language] + frame.words("：") + title : title,
                            isPicked: false))
                }
            }
        }
        return options
    }

    /// `018f….3`: a case, and the revision that was seen.
    static func item(_ text: String) -> BulkAct.Item? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let id = CaseID(String(parts[0])), let revision = Int(parts[1]) else { return nil }
        return BulkAct.Item(id, revision: revision)
    }

    /// - Throws: `CaseListRefusal` for none, and for more than can be done at once.
    static func checked(_ items: [BulkAct.Item]) throws -> [BulkAct.Item] {
        if items.isEmpty { throw CaseListRefusal.nothingChosen }
        if items.count > BulkAct.most { throw CaseListRefusal.tooManyChosen(most: BulkAct.most) }
        return items
    }

    /// Why a case refuses, as its own page would say it.
    static func refusal(_ error: any Error, _ words: Words, _ charter: Charter?) -> BulkRun.Refusal {
        let answer = Answer(error, words: words, charter: charter)
        return BulkRun.Refusal(code: answer.code, words: answer.title + words("：") + answer.text)
    }
}

/// The form of an act on many cases.
struct BulkPage {
    let shell: Shell
    let title: String
    let act: String
    let items: [Item]
    let ready: String
    let fields: [FieldPart]
    let people: [FieldPart.Option]
    let isHandOver: Bool
    let reason: String
    let staffError: String?
    let reasonError: String?
    let canAct: Bool
    let message: String?

    struct Item {
        let path: String
        let reference: String
        let summary: String
        /// The name and the value of the field that carries it.
        let name: String
        let revision: Int
        let why: String?
    }
}

/// What an act on many cases came to.
struct BulkResultPage {
    let shell: Shell
    let title: String
    let outcome: String
    let items: [Item]
    let missing: String?

    struct Item {
        let path: String
        let reference: String
        let summary: String
        let why: String?
    }
}

/// Acts on many cases: choosing what, filling in the form once, and what came of it.
struct BulkRoutes {
    let desk: Desk

    func add(to staff: RouterGroup<StaffContext>) {
        staff.get("cases/bulk", use: ask)
        staff.post("cases/bulk", use: act)
        staff.get("cases/bulk/:run", use: show)
    }

    @Sendable func ask(_ request: Request, _ context: StaffContext) async throws -> Response {
        let query = request.uri.queryParameters
        let items = query.filter { $0.key == "c" }.compactMap { BulkForm.item(String($0.value)) }
        guard let kind = BulkForm.kind(query["act"].map { String($0) } ?? "") else {
            throw CaseListRefusal.nothingToDo
        }
        return try await form(context, kind, try BulkForm.checked(items), input: [:], faults: nil, status: .ok)
    }

    /// - Parameter input: the fields of the move's form, or `staff` and `reason`.
    private func form(
        _ context: StaffContext, _ kind: BulkAct.Kind, _ items: [BulkAct.Item], input: Fields, faults: FormFaults?,
        status: HTTPResponse.Status
    ) async throws -> Response {
        let principal = context.principal
        switch kind {
        case .handOver: _ = try principal.reach(.waiveObligations)
        case .move: _ = try principal.reach(.actOnCases)
        }
        let previews = try await desk.cases.preview(kind, of: items.map(\.matter), for: principal)
        let frame = try await desk.frame(context, room: .cases, path: "/cases")
        let revisions = Dictionary(items.map { ($0.matter, $0.revision) }) { first, _ in first }
        let first = previews.first { $0.refusal == nil }
        var parts: [FieldPart] = []
        var people: [FieldPart.Option] = []
        switch kind {
        case .move(let workflow, let key):
            if let first, let form = first.charter.workflow(workflow)?.move(key)?.form.flatMap(first.charter.form) {
                parts = try await desk.fieldParts(
                    of: form.fields, input: input, query: "", faults: faults, frame: frame, principal: principal,
                    known: first.record.latest)
            }
        case .handOver:
            people = try await desk.receivers(for: principal, picked: input["staff"]?.text, in: frame.language)
        }
        let able = previews.count { $0.refusal == nil }
        return desk.html(
            BulkPage(
                shell: frame.shell, title: BulkForm.title(kind, first?.charter ?? frame.charter, frame),
                act: BulkForm.key(kind),
                items: previews.map { preview in
                    BulkPage.Item(
                        path: "/cases/\(preview.matter.id)", reference: preview.matter.reference,
                        summary: preview.matter.summary, name: "c.\(preview.matter.id)",
                        revision: (revisions[preview.matter.id] ?? nil) ?? preview.matter.revision,
                        why: preview.refusal.map { BulkForm.refusal($0, frame.words, preview.charter).words })
                }, ready: frame.words("可办{0}件，共{1}件", String(able), String(previews.count)), fields: parts,
                people: people, isHandOver: kind == .handOver, reason: input["reason"]?.text ?? "",
                staffError: faults?.text(at: "staff", frame.words),
                reasonError: faults?.text(at: "reason", frame.words), canAct: able > 0,
                message: faults.map { _ in frame.words("还有几处要改") }),
            "cases/bulk", context, status: status)
    }

    @Sendable func act(_ request: Request, _ context: StaffContext) async throws -> Response {
        let body = try await context.form(request)
        let principal = context.principal
        // A field's key has no dot, so what was chosen cannot be taken for one.
        let chosen = body.fields.keys.filter { $0.hasPrefix("c.") }.sorted()
        let items = try BulkForm.checked(
            chosen.compactMap { name in
                CaseID(String(name.dropFirst(2))).map { BulkAct.Item($0, revision: Int(body[name] ?? "") ?? 0) }
            })
        guard let kind = BulkForm.kind(body["bulk.act"] ?? "") else {
            throw CaseListRefusal.nothingToDo
        }
        let input = body.input.filter { !$0.key.hasPrefix("c.") && $0.key != "bulk.act" }
        do {
            let work = try await work(kind, items, input, principal)
            return try await perform(BulkAct(work, on: items), body, request, context)
        } catch let faults as FormFaults {
            return try await form(context, kind, items, input: input, faults: faults, status: .unprocessableContent)
        }
    }

    /// What the form says, checked as far as that can be before any case is asked.
    private func work(
        _ kind: BulkAct.Kind, _ items: [BulkAct.Item], _ input: Fields, _ principal: Principal
    ) async throws -> BulkAct.Work {
        switch kind {
        case .handOver:
            var faults = FormFaults()
            let receiver = input["staff"].flatMap { StaffID($0.text) }
            let reason = (input["reason"]?.text ?? "").trimmed
            if receiver == nil { faults.add("staff", .missing) }
            if reason.isEmpty { faults.add("reason", .missing) }
            if reason.count > 500 { faults.add("reason", .tooLong(maximum: 500)) }
            try faults.check()
            guard let receiver else { throw FormFaults([FormFault("staff", .missing)]) }
            return .handOver(to: receiver, reason: reason)
        case .move(let workflow, let key):
            _ = try principal.reach(.actOnCases)
            let previews = try await desk.cases.preview(kind, of: items.map(\.matter), for: principal)
            if let first = previews.first(where: { $0.refusal == nil }),
                let form = first.charter.workflow(workflow)?.move(key)?.form.flatMap(first.charter.form)
            {
                let now = try await desk.database.read(for: principal.organisation) { $0.now }
                _ = try Form.parse(
                    input.filter { $0.key != "phrase.reason" }, by: form.fields, known: first.record.latest,
                    zone: first.charter.calendar.zone, at: now)
            }
            return .move(workflow: workflow, move: key, input: input)
        }
    }

    private func perform(
        _ act: BulkAct, _ body: FormBody, _ request: Request, _ context: StaffContext
    ) async throws -> Response {
        let (cases, principal) = (desk.cases, context.principal)
        let begun = Begun()
        let response = try await desk.act(body, request, context) { transaction in
            let run = try cases.begin(act, by: principal, in: transaction)
            begun.note(run)
            return "/cases/bulk/\(run)"
        }
        // The form that is sent again leads to what came of it at first.
        if let run = begun.run {
            try await cases.perform(
                act, as: run, by: principal, telling: try await desk.telling(context.language, principal))
        }
        return response
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("run", as: BulkRun.ID.self)
        let principal = context.principal
        let run = try await desk.cases.bulk(id, for: principal)
        let frame = try await desk.frame(context, room: .cases, path: "/cases")
        let titles = try await desk.database.read(for: principal.organisation) { transaction in
            try CaseStore(transaction, principal.organisation).titles(of: run.results.map(\.matter), to: principal)
        }
        let done = run.results.count { $0.refusal == nil }
        let rest = run.chosen - run.results.count
        return desk.html(
            BulkResultPage(
                shell: frame.shell, title: BulkForm.title(run.act, frame.charter, frame),
                outcome: frame.words("办成{0}件，未办{1}件", String(done), String(run.chosen - done)),
                items: run.results.map { result in
                    let title = titles[result.matter]
                    return BulkResultPage.Item(
                        path: "/cases/\(result.matter)", reference: title?.reference ?? "",
                        summary: title?.summary ?? frame.words("没有找到"), why: result.refusal?.words)
                }, missing: rest > 0 ? frame.words("还有{0}件没有办到；刷新看看，或重新选。", String(rest)) : nil),
            "cases/bulk-result", context)
    }
}

/// Remembers whether a run began here, and not when the same form was sent before.
final class Begun: Sendable {
    private let kept = Mutex<BulkRun.ID?>(nil)

    /// The last counts: an act may run again after a conflict.
    func note(_ run: BulkRun.ID) { kept.withLock { $0 = run } }

    var run: BulkRun.ID? { kept.withLock { $0 } }
}

extension Desk {
    /// Says to the actor why a case refuses.
    func telling(_ language: Language, _ principal: Principal) async throws -> @Sendable (any Error) -> BulkRun.Refusal
    {
        let charter = try await database.read(for: principal.organisation) { [charters] transaction in
            try? charters.inForce(for: principal.organisation, at: transaction.now, in: transaction)
        }
        let words = book[language]
        return { BulkForm.refusal($0, words, charter) }
    }

    /// Those whom the reader may give a case to; whether one may have it, the case says.
    func receivers(
        for principal: Principal, picked: String?, in language: Language
    ) async throws -> [FieldPart.Option] {
        try await database.read(for: principal.organisation) { transaction in
            try receivers(for: principal, picked: picked, in: language, transaction)
        }
    }

    func receivers(
        for principal: Principal, picked: String?, in language: Language, _ transaction: any ReadTransaction
    ) throws -> [FieldPart.Option] {
        let charter = try charters.inForce(for: principal.organisation, at: transaction.now, in: transaction)
        return try OrganisationStore(transaction)
            .staff(of: principal.organisation, within: principal.reach(.waiveObligations))
            .filter { $0.leftOn == nil }.map {
                let post = charter.post($0.post)?.title[language] ?? $0.post
                return FieldPart.Option(
                    key: $0.id.description, title: [$0.name, post, $0.unitName].joined(separator: " "),
                    isPicked: $0.id.description == picked)
            }
    }
}
