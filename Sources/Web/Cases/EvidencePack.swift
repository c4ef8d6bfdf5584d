import Cases
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Organisations
import Policy
import Primitives
import Storage

/// A case to be laid before others: its forms as a page, its files, and a list of all with their hashes, in one archive.
///
/// What was taken back is not in it.
struct EvidencePack {
    private let detail: CaseService.Detail
    private let files: [(path: String, attachment: Attachment)]
    private let page: [UInt8]
    private let style: [UInt8]
    private let attachments: AttachmentService
    private let principal: Principal

    init(of id: CaseID, desk: Desk, words: Words, principal: Principal) async throws {
        let detail = try await desk.cases.find(id, for: principal)
        let texts = try await desk.texts(for: detail, words: words, principal)
        let organisation = try await desk.database.read(for: principal.organisation) { transaction in
            try OrganisationStore(transaction).organisation(principal.organisation).name
        }
        let standing = detail.attachments.filter { $0.withdrawal == nil }
        files = standing.enumerated().map { index, attachment in
            // Two may have the same name.
            let number = String(index + 1)
            let padded = String(repeating: "0", count: max(0, 3 - number.count)) + number
            return ("files/\(padded)-\(attachment.name)", attachment)
        }
        page = Array(
            desk.templates.render(
                EvidencePage(
                    print: CaseSheet(
                        detail: detail, organisation: organisation, texts: texts,
                        rows: desk.templates.rows(in: words.language).cases),
                    lang: words.language.rawValue,
                    files: files.map { path, attachment in
                        EvidencePage.FileLine(
                            path: path.split(separator: "/").map { String($0).percentEncoded }.joined(separator: "/"),
                            name: attachment.name, size: ByteWords.size(attachment.size),
                            by: detail.names[attachment.addedBy] ?? "", at: texts.time.moment(attachment.addedAt),
                            hash: attachment.hash)
                    }), "cases/evidence", in: words.language
            ).utf8)
        style = desk.evidenceStyle
        self.detail = detail
        attachments = desk.attachments
        self.principal = principal
    }

    /// The archive, made as it is read.
    var response: Response {
        get throws {
            let name = detail.matter.reference + ".zip"
            let list = try manifest()
            return Response(
                status: .ok,
                headers: [
                    .contentType: "application/zip",
                    .contentDisposition: "attachment; filename*=UTF-8''\(name.attributeEncoded)",
                    .xContentTypeOptions: "nosniff", .cacheControl: "no-store",
                ],
                body: ResponseBody { [files, page, style, attachments, principal, now = detail.now] writer in
                    let zip = try ZipStream()
                    for (path, bytes) in [("case.html", page), ("case.css", style)] + list {
                        try zip.begin(path, size: bytes.count, at: now)
                        try zip.write(bytes)
                    }
                    for (path, attachment) in files {
                        try zip.begin(path, size: attachment.size, at: attachment.addedAt)
                        let reader = try await attachments.open(attachment, for: principal)
                        while let piece = try await reader.next() {
                            try zip.write(piece)
                            try await writer.write(ByteBuffer(bytes: zip.drain()))
                        }
                    }
                    try zip.close()
                    try await writer.write(ByteBuffer(bytes: zip.drain()))
                    try await writer.finish(nil)
                })
        }
    }

    private struct Manifest: Encodable {
        let reference: String
        let id: String
        let workflow: String
        let state: String
        let openedAt: String
        let madeAt: String
        let madeBy: String
        let files: [File]

        private enum CodingKeys: String, CodingKey {
            case reference, id, workflow, state, openedAt = "opened_at", madeAt = "made_at", madeBy = "made_by", files
        }

        struct File: Encodable {
            let path: String
            let name: String
            let type: String
            let size: Int
            let sha256: String
            let addedBy: String
            let addedAt: String
            let event: String

            private enum CodingKeys: String, CodingKey {
                case path, name, type, size, sha256, addedBy = "added_by", addedAt = "added_at", event
            }
        }
    }

    /// The list of what is in it, and the same as `sha256sum --check` reads it.
    private func manifest() throws -> [(String, [UInt8])] {
        let zone = detail.charter.calendar.zone
        let manifest = Manifest(
            reference: detail.matter.reference, id: detail.matter.id.description, workflow: detail.workflow.key,
            state: detail.matter.state, openedAt: zone.rfc3339(detail.matter.openedAt),
            madeAt: zone.rfc3339(detail.now), madeBy: principal.name,
            files: files.map { path, attachment in
                Manifest.File(
                    path: path, name: attachment.name, type: attachment.kind.mediaType, size: attachment.size,
                    sha256: attachment.hash, addedBy: detail.names[attachment.addedBy] ?? "",
                    addedAt: zone.rfc3339(attachment.addedAt), event: attachment.event.description)
            })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let list = Array(try encoder.encode(manifest))
        func hash(_ bytes: [UInt8]) -> String {
            SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        var lines = files.map { "\($0.attachment.hash)  \($0.path)" }
        lines += [("case.html", page), ("case.css", style), ("manifest.json", list)].map { "\(hash($1))  \($0)" }
        return [("manifest.json", list), ("SHA256SUMS", Array((lines.joined(separator: "\n") + "\n").utf8))]
    }
}

/// The page of a case that needs no server.
struct EvidencePage {
    let print: CaseSheet
    let lang: String
    let files: [FileLine]

    struct FileLine {
        let path: String
        let name: String
        let size: String
        let by: String
        let at: String
        let hash: String
    }
}
