import HTTPTypes
import Organisations
import Policy
import Primitives
import Storage

/// A further version of the rules, from its text.
struct AdoptionEndpoints {
    var routes: [APIRoute] {
        [.post("/charter/adoption", adopt)]
    }

    @Sendable private func adopt(_ context: APIContext) async throws -> APIAnswer {
        var body = try await context.body()
        let text = body.text("yaml", 1...APIContext.largestBody)
        let isDry = body.flag("dry_run") ?? false
        try body.check()
        let (organisations, principal) = (context.desk.organisations, context.principal)
        // Whoever may not adopt has nothing checked either.
        _ = try principal.reach(.adoptCharter)
        let reading = context.desk.readCharter(text)
        guard let charter = reading.charter else { throw CharterFaults(faults: reading.faults) }
        let language = context.language
        if isDry {
            let adoption = try await context.desk.database.read(for: principal.organisation) { transaction in
                try organisations.preview(charter, by: principal, in: transaction)
            }
            return try .ok(AdoptionJSON(adoption, of: charter, isAdopted: false, reading.faults, in: language))
        }
        let kept = try await context.keep(body, status: .created) { transaction in
            AdoptionJSON(
                try organisations.adopt(charter, text: text, by: principal, in: transaction), of: charter,
                isAdopted: true, reading.faults, in: language)
        }
        return kept.answer
    }
}

/// A charter's text that cannot be read: all its faults at once.
struct CharterFaults: Error {
    let faults: [ReadCharter.Fault]
}

struct AdoptionJSON: Codable, Sendable {
    let name: String
    let version: Int
    /// Whether it was adopted, and not only looked at.
    let adopted: Bool
    let effectiveAt: String
    /// Whether it begins at the adoption, since its day has passed.
    let atOnce: Bool
    /// Lower versions that would have begun then or later, and no longer do.
    let overtaken: [Int]
    let warnings: [CharterFaultJSON]

    private enum CodingKeys: String, CodingKey {
        case name, version, adopted, effectiveAt = "effective_at", atOnce = "at_once", overtaken, warnings
    }

    init(
        _ adoption: Adoption, of charter: Charter, isAdopted: Bool, _ faults: [ReadCharter.Fault],
        in language: Language
    ) {
        name = charter.name
        version = charter.version
        adopted = isAdopted
        effectiveAt = charter.calendar.zone.rfc3339(adoption.effective)
        atOnce = adoption.isAtOnce
        overtaken = adoption.overtaken
        warnings = faults.map { CharterFaultJSON($0, in: language) }
    }
}

/// One place of a charter's text, as `charter lint` tells it.
struct CharterFaultJSON: Codable, Sendable {
    let line: Int
    let column: Int
    /// Left out for the text as a whole.
    let key: String?
    let code: String
    /// `error` or `warning`
    let severity: String
    let message: String
    let found: String
    let expected: String
    let nearest: String?

    init(_ fault: ReadCharter.Fault, in language: Language) {
        line = fault.line
        column = fault.column
        key = fault.key.isEmpty ? nil : fault.key
        code = fault.code
        severity = fault.isError ? "error" : "warning"
        message = fault.message[language]
        found = fault.found[language]
        expected = fault.expected[language]
        nearest = fault.nearest
    }
}
