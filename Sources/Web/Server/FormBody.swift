import Foundation
import HTTPTypes
import Hummingbird
import Organisations
import Policy
import Primitives
import Storage

/// The fields that a browser sent; the last of repeated ones counts.
struct FormBody: Sendable {
    let fields: [String: String]

    subscript(name: String) -> String? { fields[name] }

    /// Reads `application/x-www-form-urlencoded` of at most 1 MiB in UTF-8.
    static func read(_ request: Request) async throws -> FormBody {
        let limit = 1 << 20
        let type = request.headers[.contentType] ?? "application/x-www-form-urlencoded"
        guard type.lowercased().hasPrefix("application/x-www-form-urlencoded") else { throw RequestFault.notAForm }
        guard let bytes = try await request.bytes(upTo: limit) else { throw RequestFault.tooLarge(limit: limit) }
        return try FormBody(bytes: bytes)
    }

    init(fields: [String: String]) {
        self.fields = fields
    }

    init(bytes: [UInt8]) throws {
        var fields: [String: String] = [:]
        for pair in bytes.split(separator: 38) {
            let parts = pair.split(separator: 61, maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = FormBody.decode(parts[0]), let value = FormBody.decode(parts.count > 1 ? parts[1] : [])
            else { throw RequestFault.notUTF8 }
            fields[name] = value
        }
        // A result of a picker sends `pick=FIELD=VALUE`: the form comes back with that field filled in.
        if let pick = fields.removeValue(forKey: "pick")?.split(separator: "=", maxSplits: 1), pick.count == 2 {
            fields[String(pick[0])] = String(pick[1])
            fields["find"] = "1"
            fields["customer_query"] = nil
        }
        self.fields = fields
    }

    /// Percent-decoded; `nil` when it is not UTF-8.
    private static func decode(_ bytes: ArraySlice<UInt8>) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        func digit(_ byte: UInt8) -> UInt8? {
            switch byte {
            case 48...57: byte - 48
            case 65...70: byte - 55
            case 97...102: byte - 87
            default: nil
            }
        }
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == 43 {
                decoded.append(32)
            } else if byte == 37, index + 2 < bytes.endIndex, let high = digit(bytes[index + 1]),
                let low = digit(bytes[index + 2])
            {
                decoded.append(high << 4 | low)
                index += 2
            } else {
                decoded.append(byte)
            }
            index += 1
        }
        return String(validating: decoded, as: UTF8.self)
    }

    /// The revision that the form was made from; `nil` where it names none.
    /// - Throws: `.changedMeanwhile` for what is no revision, since none that is stored is meant.
    func revision() throws -> Int? {
        guard let text = fields["revision"] else { return nil }
        guard let revision = Int(text) else { throw StorageError.changedMeanwhile("revision \(text.prefix(20))") }
        return revision
    }

    /// The form's own fields, without those that the page carries for itself.
    var input: Fields {
        fields.filter { !FormBody.reserved.contains($0.key) }.mapValues(FieldValue.text)
    }

    /// What somebody filled in, a line for each field, without passwords; `nil` when that is nothing.
    var written: String? {
        let lines = input.keys.sorted().compactMap { name in
            fields[name].flatMap { value in
                value.isEmpty || name.lowercased().contains("password") ? nil : name + ": " + value
            }
        }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    /// Names that every form of the desk may carry beside its fields.
    static let reserved: Set<String> = [
        "form_token", "revision", "customer_query", "find", "return", "idempotency_key",
    ]
}

extension StaffContext {
    /// The only way for a signed-in handler to read a form: it checks the form's token.
    func form(_ request: Request) async throws -> FormBody {
        let body = try await FormBody.read(request)
        let token = body["form_token"] ?? request.headers[HTTPField.Name("x-form-token")!]
        guard token == signedIn.formToken else { throw FormTokenMismatch() }
        return body
    }
}
