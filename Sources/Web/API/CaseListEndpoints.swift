import Cases
import HTTPTypes
import Organisations
import Policy
import Primitives
import Storage

/// Lists of cases under names, and acts on many cases.
struct CaseListEndpoints {
    var routes: [APIRoute] {
        [
            .get("/cases/views", views),
            .post("/cases/views", keep),
            .post("/cases/views/{id}", change),
            .post("/cases/views/{id}/removal", remove),
            .post("/cases/bulk", act),
        ]
    }

    // MARK: Views

    @Sendable private func views(_ context: APIContext) async throws -> APIAnswer {
        _ = try context.principal.reach(.readCases)
        let views = try await context.desk.cases.views(for: context.principal)
        return try .ok(APIPage(items: views.map { ViewJSON($0, context.principal) }, next: nil))
    }

    @Sendable private func keep(_ context: APIContext) async throws -> APIAnswer {
        var body = try await context.body()
        let title = body.text("title", 1...60).trimmed
        let address = body.text("filter", 0...2000)
        let isShared = body.flag("shared") ?? false
        try body.check()
        let query = try CaseQuery(address: address)
        let (cases, principal) = (context.desk.cases, context.principal)
        return try await context.act(body, status: .created) { transaction in
            let view = try cases.keepView(
                title, filter: query.address, isShared: isShared, by: principal, in: transaction)
            return Receipt(id: view.id.description, revision: view.revision)
        }
    }

    @Sendable private func change(_ context: APIContext) async throws -> APIAnswer {
        let id = try context.id(of: CaseView.self)
        var body = try await context.body()
        let title = body.text("title", 1...60).trimmed
        let isShared = body.flag("shared") ?? false
        let revision = context.revision(&body).number
        try body.check()
        let (cases, principal) = (context.desk.cases, context.principal)
        return try await context.act(body) { transaction in
            let view = try cases.changeView(
                id, title: title, isShared: isShared, revision: revision, by: principal, in: transaction)
            return Receipt(id: view.id.description, revision: view.revision)
        }
    }

    @Sendable private func remove(_ context: APIContext) async throws -> APIAnswer {
        let id = try context.id(of: CaseView.self)
        var body = try await context.body()
        try body.check()
        let (cases, principal) = (context.desk.cases, context.principal)
        return try await context.act(body) { transaction in
            try cases.removeView(id, by: principal, in: transaction)
            return Receipt(id: id.description)
        }
    }

    // MARK: Many at once

    @Sendable private func act(_ context: APIContext) async throws -> APIAnswer {
        var body = try await context.body()
        let workflow = body.optionalText("workflow", 1...100)
        let move = body.optionalText("move", 1...100)
        let fields = body.fields()
        let staff: StaffID? = body.identifier("staff")
        let reason = body.optionalText("reason", 1...500)
        var items: [BulkAct.Item] = []
        // No schema can say it, so it is a fault of what was said and not of its shape.
        var again = FormFaults()
        let chosen = body.list("cases", isRequired: true, maximum: BulkAct.most)
        for (index, value) in chosen.enumerated() {
            let item: BulkAct.Item?? = body.object(value, at: "cases.\(index)") { entry in
                let id: CaseID? = entry.identifier("id", isRequired: true)
                let revision = entry.number("revision", 1...999_999_999).map { Int($0) }
                return id.map { BulkAct.Item($0, revision: revision) }
            }
            guard let item = item ?? nil else { continue }
            if items.contains(where: { $0.matter == item.matter }) { again.add("cases.\(index).id", .twice) }
            items.append(item)
        }
        if body.members["cases"] == .list([]) { body.add("cases", .tooShort(1)) }
        try body.check()
        try again.check()
        let act: BulkAct
        switch (workflow, move, staff, reason) {
        case (let workflow?, let move?, nil, nil):
            act = BulkAct(.move(workflow: workflow, move: move, input: fields), on: items)
        case (nil, nil, let staff?, let reason?) where fields.isEmpty:
            act = BulkAct(.handOver(to: staff, reason: reason), on: items)
        default: throw CaseListRefusal.nothingToDo
        }
        let (cases, principal) = (context.desk.cases, context.principal)
        let begun = Begun()
        var (answer, receipt) = try await context.keep(body) { transaction in
            let run = try cases.begin(act, by: principal, in: transaction)
            begun.note(run)
            return Receipt(id: run.description)
        }
        if let run = begun.run {
            let (words, charter) = (context.words, context.charter)
            try await cases.perform(act, as: run, by: principal) { BulkForm.refusal($0, words, charter) }
        }
        guard let id = BulkRun.ID(receipt.id) else { throw StorageError.notFound("run") }
        let run = try await cases.bulk(id, for: principal)
        answer.body = try APIJSON.bytes(of: BulkJSON(run))
        return answer
    }
}

struct ViewJSON: Encodable {
    let id: String
    let title: String
    let filter: String
    let own: Bool
    let shared: Bool
    let revision: Int

    init(_ view: CaseView, _ principal: Principal) {
        id = view.id.description
        title = view.title
        filter = view.filter
        own = view.owner == principal.staff
        shared = view.unit != nil
        revision = view.revision
    }
}

/// What an act on many cases came to.
struct BulkJSON: Encodable {
    let id: String
    let done: Int
    let refused: Int
    let results: [Result]

    struct Result: Encodable {
        let matter: String
        /// Left out where it was done.
        let refusal: Refusal?

        private enum CodingKeys: String, CodingKey {
            case matter = "case", refusal
        }
    }

    struct Refusal: Encodable {
        let code: String
        let detail: String
    }

    init(_ run: BulkRun) {
        id = run.id.description
        done = run.results.count { $0.refusal == nil }
        refused = run.results.count - done
        results = run.results.map { result in
            Result(
                matter: result.matter.description,
                refusal: result.refusal.map { Refusal(code: $0.code, detail: $0.words) })
        }
    }
}
