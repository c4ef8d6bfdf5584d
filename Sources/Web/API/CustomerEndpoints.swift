import Customers
import HTTPTypes
import Organisations
import Policy
import Primitives
import Storage

/// Customers: finding, filing, changing, and their numbers in the clear.
struct CustomerEndpoints {
    var routes: [APIRoute] {
        [
            .get("/customers", query: ["q", "kind", "incomplete", "cursor", "limit"], list),
            .post("/customers", file),
            .get("/customers/{id}", show),
            .put("/customers/{id}", update),
            .post("/customers/{id}/owner", assign),
            .post("/customers/{id}/people/{person}/reveal", reveal),
            .get("/customers/{id}/timeline", query: ["cursor", "limit"], timeline),
        ]
    }

    @Sendable private func list(_ context: APIContext) async throws -> APIAnswer {
        var query = context.query
        let words = query.text("q", maximum: 100)
        let kind = query.choice("kind", of: Customer.Kind.self)
        let isIncomplete = query.flag("incomplete") ?? false
        let cursor = query.identifier("cursor", of: CustomerKind.self)
        let limit = query.limit()
        try query.check()
        let (customers, principal) = (context.desk.customers, context.principal)
        guard let words else {
            let page = try await customers.list(
                CustomerFilter(kind: kind, isIncomplete: isIncomplete), after: cursor, limit: limit, by: principal)
            return try .ok(APIPage(items: page.items.map { CustomerLine($0, context) }, next: page.next?.description))
        }
        // A search knows no filter, so what does not fit is left out and a page may be short.
        let page = try await customers.search(words, after: cursor, limit: limit, by: principal)
        let items = page.items.filter { (kind == nil || $0.kind == kind) && (!isIncomplete || $0.missing > 0) }
        return try .ok(APIPage(items: items.map { CustomerLine($0, context) }, next: page.next?.description))
    }

    @Sendable private func file(_ context: APIContext) async throws -> APIAnswer {
        var body = try await context.body()
        let input = CustomerInput(reading: &body, isNew: true)
        try body.check()
        let (customers, principal) = (context.desk.customers, context.principal)
        let reference = try await customers.drawReference(for: input, by: principal)
        return try await context.act(body, status: .created, location: "customers") { transaction in
            let customer = try customers.file(input, reference: reference, by: principal, in: transaction)
            return Receipt(
                id: customer.id.description, reference: customer.reference, revision: customer.revision)
        }
    }

    @Sendable private func show(_ context: APIContext) async throws -> APIAnswer {
        let customer = try await context.desk.customers.find(context.id(), by: context.principal)
        return try .ok(CustomerJSON(customer, context), revision: customer.revision)
    }

    /// The revision makes a repeat harmless, so no key is asked for.
    @Sendable private func update(_ context: APIContext) async throws -> APIAnswer {
        let id = try context.id(of: CustomerKind.self)
        var body = try await context.body()
        let input = CustomerInput(reading: &body, isNew: false)
        let revision = context.revision(&body)
        try body.check()
        let customers = context.desk.customers
        let seen: Int
        switch revision {
        case .unsaid: throw APIFault.preconditionRequired
        case .any: seen = try await customers.find(id, by: context.principal).revision
        case .number(let number): seen = number
        }
        let customer = try await customers.update(id, revision: seen, to: input, by: context.principal)
        return try .ok(CustomerJSON(customer, context), revision: customer.revision)
    }

    @Sendable private func assign(_ context: APIContext) async throws -> APIAnswer {
        let id = try context.id(of: CustomerKind.self)
        var body = try await context.body()
        let owner: StaffID? = body.identifier("owner", isRequired: true)
        let revision = context.revision(&body).number
        try body.check()
        // A missing one is among the faults.
        guard let owner else { throw APIFault.unfit([.init("owner", .missing)]) }
        let (customers, principal) = (context.desk.customers, context.principal)
        return try await context.act(body) { transaction in
            let customer = try customers.assign(id, revision: revision, to: owner, by: principal, in: transaction)
            return Receipt(
                id: customer.id.description, reference: customer.reference, revision: customer.revision)
        }
    }

    /// Its answer is never kept: each time is an act of its own, with a record of its own.
    @Sendable private func reveal(_ context: APIContext) async throws -> APIAnswer {
        let (id, person) = (try context.id(of: CustomerKind.self), try context.id("person", of: Person.self))
        var body = try await context.body()
        let reason = body.text("reason", 2...200)
        let fields = body.choices("fields", of: RevealedField.self)
        try body.check()
        let revealed = try await context.desk.customers.reveal(
            fields, of: person, in: id, reason: reason, by: context.principal)
        return try .ok(
            RevealedJSON(
                phones: fields.contains(.phone) ? revealed.phones : nil, email: revealed.email,
                identityNumber: revealed.identityNumber))
    }

    @Sendable private func timeline(_ context: APIContext) async throws -> APIAnswer {
        let id = try context.id(of: CustomerKind.self)
        var query = context.query
        let cursor = query.identifier("cursor", of: Event.self)
        let limit = query.limit()
        try query.check()
        let entries = try await context.desk.customers.timeline(
            of: id, before: cursor, limit: limit, by: context.principal)
        let charters = try await context.charters(entries.compactMap(\.event.charterVersion))
        return try .ok(
            APIPage(
                items: entries.map { entry in
                    TimelineJSON(
                        event: EventJSON(
                            entry.event, charter: entry.event.charterVersion.flatMap { charters[$0] },
                            context: context), words: entry.words)
                }, next: entries.count == limit ? entries.last?.event.id.description : nil))
    }
}

struct RevealedJSON: Encodable {
    let phones: [String]?
    let email: String?
    let identityNumber: String?

    private enum CodingKeys: String, CodingKey {
        case phones, email, identityNumber = "identity_number"
    }
}

/// An event with the personal words that were sealed with it, numbers masked.
struct TimelineJSON: Encodable {
    let event: EventJSON
    let words: [String: String]

    private struct More: Encodable {
        let words: [String: String]
    }

    func encode(to encoder: any Encoder) throws {
        try event.encode(to: encoder)
        try More(words: words).encode(to: encoder)
    }
}

extension CustomerInput {
    /// - Parameter isNew: a new file says whose it is; a stored one says who its people are.
    init(reading body: inout APIBody, isNew: Bool) {
        let kind = body.choice("kind", of: Customer.Kind.self, isRequired: true) ?? .person
        self.init(kind: kind, name: body.text("name", 1...200))
        if isNew {
            unit = body.identifier("unit")
            owner = body.identifier("owner")
        }
        classification = body.optionalText("classification", 1...40) ?? classification
        status = body.choice("status", of: Customer.Status.self) ?? status
        source = body.optionalText("source", 0...200) ?? source
        address = body.optionalText("address", 0...400) ?? address
        notes = body.optionalText("notes", 0...4000) ?? notes
        for (index, value) in body.list("people", maximum: 40).enumerated() {
            let person = body.object(value, at: "people.\(index)") { PersonInput(reading: &$0, isNew: isNew) }
            if let person { people.append(person) }
        }
    }
}

extension PersonInput {
    fileprivate init(reading body: inout APIBody, isNew: Bool) {
        self.init(
            role: body.choice("role", of: Person.Role.self, isRequired: true) ?? .itself,
            relation: body.optionalText("relation", 0...40) ?? "", name: body.optionalText("name", 0...100) ?? "",
            position: body.optionalText("position", 0...100) ?? "",
            gender: body.optionalText("gender", 0...20) ?? "",
            birthday: body.optionalText("birthday", 0...40) ?? "",
            bestTime: body.optionalText("best_time", 0...200) ?? "",
            hobbies: body.optionalText("hobbies", 0...2000) ?? "",
            circumstances: body.optionalText("circumstances", 0...2000) ?? "",
            phone: body.optionalText("phone", 0...400), email: body.optionalText("email", 0...254),
            identityNumber: body.optionalText("identity_number", 0...40))
        if !isNew { id = body.identifier("id") }
    }
}
