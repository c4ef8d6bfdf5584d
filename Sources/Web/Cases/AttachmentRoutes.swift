import Cases
import HTTPTypes
import Hummingbird
import Logging
import Organisations
import Policy
import Primitives
import Storage

/// Files of cases: put there, looked at, taken back; and all of a case's in one archive.
struct AttachmentRoutes {
    let desk: Desk

    func add(to staff: RouterGroup<StaffContext>) {
        staff.post("cases/:id/attachments", use: add)
        staff.get("cases/:id/attachments/:attachment", use: show)
        staff.post("cases/:id/attachments/:attachment/withdrawal", use: withdraw)
        staff.get("cases/:id/evidence.zip", use: evidence)
    }

    // MARK: Taking in

    @Sendable func add(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: CaseID.self)
        guard var upload = Upload(request) else {
            // A form without a file is checked as any other, and lacks what it is for.
            _ = try await context.form(request)
            throw AttachmentRefusal.noFile
        }
        let (attachments, principal, own) = (desk.attachments, context.principal, context.signedIn.formToken)
        let token = request.headers[HTTPField.Name("x-form-token")!]
        do {
            let file = try await attachments.receive(for: id, by: principal) { intake in
                try await upload.receive(limit: attachments.limits.largest, into: &intake) { fields in
                    // Known before any of the file is read: it stands before it in the form.
                    guard (fields["form_token"] ?? token) == own else { throw FormTokenMismatch() }
                }
            }
            let form = FormBody(fields: upload.fields.merging(file.fingerprint) { $1 })
            return try await attachments.settling(file, of: principal.organisation) {
                try await desk.act(form, request, context) { transaction in
                    _ = try attachments.add(file, to: id, by: principal, in: transaction)
                    return Self.place(form["return"], of: id)
                }
            }
        } catch {
            await upload.hearOut()
            if error is AttachmentRefusal {
                context.logger.notice("attachment refused", metadata: ["case": "\(id)", "why": "\(error)"])
            }
            throw error
        }
    }

    /// Back to the form of a move of this case, or to the case.
    private static func place(_ wanted: String?, of id: CaseID) -> String {
        let moves = "/cases/\(id)/moves/"
        guard let wanted, wanted.hasPrefix(moves),
            wanted.dropFirst(moves.count).utf8.allSatisfy({
                (97...122).contains($0) || (48...57).contains($0) || $0 == 95
            })
        else { return "/cases/\(id)#files" }
        return wanted
    }

    // MARK: Giving out

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: CaseID.self)
        let found = try await desk.attachments.find(
            context.parameters.require("attachment", as: AttachmentID.self), of: id, for: context.principal)
        return try await desk.attachments.download(
            found, for: context.principal, tag: request.headers[.ifNoneMatch],
            isSaved: request.uri.queryParameters["save"] != nil)
    }

    /// Everything that speaks for one's case, in one file.
    @Sendable func evidence(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: CaseID.self)
        return try await EvidencePack(
            of: id, desk: desk, words: desk.book[context.language], principal: context.principal
        ).response
    }

    // MARK: Taking back

    @Sendable func withdraw(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: CaseID.self)
        let attachment = try context.parameters.require("attachment", as: AttachmentID.self)
        let body = try await context.form(request)
        let (attachments, principal) = (desk.attachments, context.principal)
        return try await desk.act(body, request, context) { transaction in
            try attachments.withdraw(attachment, of: id, why: body["reason"] ?? "", by: principal, in: transaction)
            return "/cases/\(id)#files"
        }
    }
}

/// A request that brings a file among the fields of a form.
struct Upload {
    private let request: Request
    private var multipart: Multipart
    /// The fields that came, but for the file.
    private(set) var fields: [String: String] = [:]
    private static let mostParts = 40

    /// `nil` where it is no such form.
    init?(_ request: Request) {
        guard let multipart = Multipart(request) else { return nil }
        self.request = request
        self.multipart = multipart
    }

    /// Reads the one file of the form.
    /// - Parameters:
    ///   - given: the file's name, where it comes apart from it.
    ///   - check: told the fields that stand before the file, when the file begins.
    /// - Throws: `AttachmentRefusal`; of a body that is too long already by its length, before anything is read.
    mutating func receive(
        limit: Int, into intake: inout AttachmentIntake, name given: String? = nil,
        check: ([String: String]) throws -> Void
    ) async throws -> ReceivedFile {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit + Multipart.longestField {
            throw AttachmentRefusal.tooLarge(limit: limit)
        }
        var file: ReceivedFile?
        var count = 0
        do {
            while let part = try await multipart.nextPart() {
                count += 1
                guard count <= Self.mostParts else { throw RequestFault.notAForm }
                guard let name = part.fileName else {
                    fields[part.name] = try await multipart.text()
                    continue
                }
                // A field for files that was left empty sends a file without name and content.
                if file != nil || part.name != "file" { continue }
                try check(fields)
                while let piece = try await multipart.nextPiece() { try await intake.take(piece) }
                file = try await intake.finish(name: given ?? fields["name"] ?? name, said: part.type)
            }
        } catch is Multipart.Malformed {
            throw RequestFault.notAForm
        }
        guard let file else {
            try check(fields)
            throw AttachmentRefusal.noFile
        }
        return file
    }

    /// Hears out whoever sends everything before listening.
    mutating func hearOut() async {
        if request.isSentFirst { await multipart.passOver(upTo: RestOfBody.patience) }
    }
}

extension ReceivedFile {
    /// What tells it from another file, for a form that is sent twice.
    var fingerprint: [String: String] {
        ["file": name, "sha256": sha256.map { String($0, radix: 16) }.joined(separator: ".")]
    }
}

extension AttachmentService {
    /// The file itself; shown in the browser only where that can do no harm, and then in a box of its own.
    /// - Parameters:
    ///   - tag: of what the reader has already.
    ///   - isSaved: whether it is to be saved rather than shown.
    func download(
        _ attachment: Attachment, for principal: Principal, tag: String? = nil, isSaved: Bool
    ) async throws -> Response {
        let own = "\"\(attachment.hash.prefix(32))\""
        var headers: HTTPFields = [
            .eTag: own, .cacheControl: "private, no-cache",
            .contentSecurityPolicy: "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'",
            .xContentTypeOptions: "nosniff",
        ]
        // Whether it may be seen was asked; whether it is at hand already is the browser's affair.
        if tag == own { return Response(status: .notModified, headers: headers) }
        let way = attachment.kind.isShown && !isSaved ? "inline" : "attachment"
        headers[.contentType] = attachment.kind.mediaType
        headers[.contentDisposition] = "\(way); filename*=UTF-8''\(attachment.name.attributeEncoded)"
        headers[.contentLength] = String(attachment.size)
        let reader = try await open(attachment, for: principal)
        return Response(status: .ok, headers: headers, body: ResponseBody(reader, length: attachment.size))
    }
}

extension ResponseBody {
    /// A kept file, read as the reader takes it.
    init(_ reader: sending any AttachmentReader, length: Int) {
        let reader = Held(reader)
        self.init(contentLength: length) { writer in
            while let piece = try await reader.value.next() { try await writer.write(ByteBuffer(bytes: piece)) }
            try await writer.finish(nil)
        }
    }
}

/// Something that one task after the other has.
struct Held<Value>: @unchecked Sendable {
    let value: Value

    init(_ value: sending Value) {
        self.value = value
    }
}

extension String {
    /// For a value of RFC 5987: all but letters, digits, `-`, `.` and `_` as percent codes.
    var attributeEncoded: String {
        var result = ""
        for byte in utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95: result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return result
    }
}
