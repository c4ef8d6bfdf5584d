import Cases
import HTTPTypes
import Hummingbird
import Logging
import Organisations
import Policy
import Primitives
import Storage

/// Files of cases.
struct AttachmentEndpoints {
    var routes: [APIRoute] {
        [
            .get("/cases/{id}/attachments", list),
            .post("/cases/{id}/attachments", query: ["name"], add),
            .get("/cases/{id}/attachments/{attachment}", isFile: true, show),
            .post("/cases/{id}/attachments/{attachment}/withdrawal", withdraw),
            .get("/cases/{id}/evidence.zip", isFile: true, evidence),
        ]
    }

    @Sendable private func list(_ context: APIContext) async throws -> APIAnswer {
        let detail = try await context.desk.cases.find(context.id(), for: context.principal)
        return try .ok(
            APIPage(items: detail.attachments.map { AttachmentJSON($0, detail.names, context) }, next: nil))
    }

    @Sendable private func add(_ context: APIContext) async throws -> APIAnswer {
        let id = try context.id(of: CaseKind.self)
        var query = context.query
        let name = query.text("name", maximum: 400)
        try query.check()
        let (attachments, principal) = (context.desk.attachments, context.principal)
        do {
            let file = try await attachments.receive(for: id, by: principal) { intake in
                try await Self.read(context, name: name, limit: attachments.limits.largest, into: &intake)
            }
            let body = APIBody(file.fingerprint.mapValues(JSONValue.text))
            return try await attachments.settling(file, of: principal.organisation) {
                try await context.act(body, status: .created, location: "cases/\(id)/attachments") { transaction in
                    Receipt(
                        id: try attachments.add(file, to: id, by: principal, in: transaction).description)
                }
            }
        } catch let refusal as AttachmentRefusal {
            context.logger.notice("attachment refused", metadata: ["case": "\(id)", "why": "\(refusal)"])
            throw refusal
        }
    }

    /// The body itself, or the file in a form.
    private static func read(
        _ context: APIContext, name: String?, limit: Int, into intake: inout AttachmentIntake
    ) async throws -> ReceivedFile {
        let request = context.request
        if Multipart.isType(context.contentType) {
            guard var upload = Upload(request) else { throw APIFault.notAFile }
            do {
                return try await upload.receive(limit: limit, into: &intake, name: name) { _ in }
            } catch {
                await upload.hearOut()
                if case RequestFault.notAForm = error { throw APIFault.notAFile }
                throw error
            }
        }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw AttachmentRefusal.tooLarge(limit: limit)
        }
        var heard = 0
        var fault: (any Error)?
        for try await buffer in request.body {
            heard += buffer.readableBytes
            if fault == nil {
                do { try await intake.take(Array(buffer.readableBytesView)) } catch { fault = error }
            }
            // Whoever sends everything before listening is heard out, within bounds.
            if fault != nil, !request.isSentFirst || heard > RestOfBody.patience { break }
        }
        if let fault { throw fault }
        return try await intake.finish(name: name ?? "", said: context.contentType)
    }

    @Sendable private func show(_ context: APIContext) async throws -> APIAnswer {
        let found = try await context.desk.attachments.find(
            context.id("attachment"), of: context.id(), for: context.principal)
        return APIAnswer(
            file: try await context.desk.attachments.download(found, for: context.principal, isSaved: true))
    }

    @Sendable private func withdraw(_ context: APIContext) async throws -> APIAnswer {
        let (id, attachment) = (
            try context.id(of: CaseKind.self), try context.id("attachment", of: AttachmentKind.self)
        )
        var body = try await context.body()
        let reason = body.text("reason", 1...200)
        try body.check()
        let (attachments, principal) = (context.desk.attachments, context.principal)
        return try await context.act(body) { transaction in
            try attachments.withdraw(attachment, of: id, why: reason, by: principal, in: transaction)
            return Receipt(id: attachment.description)
        }
    }

    @Sendable private func evidence(_ context: APIContext) async throws -> APIAnswer {
        let pack = try await EvidencePack(
            of: context.id(), desk: context.desk, words: context.words, principal: context.principal)
        return APIAnswer(file: try pack.response)
    }
}

struct AttachmentJSON: Encodable {
    let id: String
    let name: String
    /// The media type, found in the content.
    let type: String
    let size: Int
    let sha256: String
    let addedBy: NamedJSON
    let addedAt: String
    let event: String
    /// Left out while it stands.
    let withdrawal: Withdrawal?

    struct Withdrawal: Encodable {
        let by: NamedJSON
        let at: String
        let reason: String
    }

    private enum CodingKeys: String, CodingKey {
        case id, name, type, size, sha256, addedBy = "added_by", addedAt = "added_at", event, withdrawal
    }

    init(_ attachment: Attachment, _ names: [StaffID: String], _ context: APIContext) {
        func named(_ id: StaffID) -> NamedJSON { NamedJSON(id: id.description, name: names[id] ?? "") }
        id = attachment.id.description
        name = attachment.name
        type = attachment.kind.mediaType
        size = attachment.size
        sha256 = attachment.hash
        addedBy = named(attachment.addedBy)
        addedAt = context.time(attachment.addedAt)
        event = attachment.event.description
        withdrawal = attachment.withdrawal.map {
            Withdrawal(by: named($0.by), at: context.time($0.at), reason: $0.why)
        }
    }
}
