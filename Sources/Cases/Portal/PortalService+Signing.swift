import Crypto
import Foundation
public import Organisations
import Policy
public import Primitives
public import Storage

/// A link by which a customer signs, as it is told once.
public struct SigningLink: Sendable {
    /// 43 characters of an address; only its hash is kept.
    public let token: String
    public let expiresAt: Instant

    public init(token: String, expiresAt: Instant) {
        self.token = token
        self.expiresAt = expiresAt
    }

    /// Why a link does not serve.
    public enum Refusal: String, Sendable, CaseIterable, Hashable {
        /// It never was one.
        case unknown
        /// It was signed by before.
        case used
        /// Its time is over.
        case expired
        /// What it was made for says something else now.
        case changed
        /// Nothing waits for a signature any more.
        case passed
    }
}

extension PortalService {
    // MARK: Signing on the page

    /// Signs what the customer read: makes the charter's move in his name.
    /// - Parameters:
    ///   - content: the seal over what was read.
    ///   - signature: drawn or typed.
    /// - Throws: `FormFaults`; `PortalRefusal.nothingToSign`, `.changed`.
    public func sign(
        _ id: CaseID, content: [UInt8], name: String, signature: String, numbers: CaseService.Numbers,
        of organisation: OrganisationID, _ transaction: any WriteTransaction
    ) throws {
        let sight = try sight(of: id, in: organisation, transaction)
        guard let signing = sight.signing else { throw PortalRefusal.nothingToSign }
        guard signing.content == content else { throw PortalRefusal.changed }
        try sign(signing, sight, name, signature, numbers, via: Self.actor, organisation, transaction)
    }

    /// Draws the numbers of the cases that may follow from the signature.
    public func prepareSigning(_ id: CaseID, in organisation: OrganisationID) async throws -> CaseService.Numbers {
        let sight = try await sight(of: id, in: organisation)
        guard let signing = sight.signing else { return .none }
        return try await cases.prepareMove(
            id, signing.move.key, by: Self.standIn(sight.matter, sight.steps, sight.portal, organisation))
    }

    private func sign(
        _ signing: Signing, _ sight: Sight, _ name: String, _ signature: String, _ numbers: CaseService.Numbers,
        via: String, _ organisation: OrganisationID, _ transaction: any WriteTransaction
    ) throws {
        let rule = signing.rule
        let form = signing.move.form.flatMap(sight.charter.form)?.fields ?? []
        var input = rule.given.input(
            for: form, unit: sight.matter.unit, zone: sight.charter.calendar.zone, at: transaction.now)
        input[rule.signature] = .text(signature)
        if let field = rule.name { input[field] = .text(name) }
        _ = try cases.move(
            sight.matter.id, signing.move.key, input: input, revision: nil, numbers,
            by: Self.standIn(sight.matter, sight.steps, sight.portal, organisation), via: via, in: transaction)
    }

    // MARK: Links

    /// Makes a link by which the customer signs: records `case.link_made`.
    /// - Parameter token: `SigningLink.newToken()`, made before the act, which may run twice.
    /// - Throws: `WorkflowRefusal` where the move cannot be made now by this principal; `PortalRefusal.noPortal` where
    ///   it is none that a customer makes.
    public func makeLink(
        _ id: CaseID, _ key: String, token: String, by principal: Principal, in transaction: any WriteTransaction
    ) throws -> SigningLink {
        let organisation = principal.organisation
        let store = CaseStore(transaction, organisation)
        let matter = try store.find(id, to: principal, for: .actOnCases)
        let charter = try cases.charters.version(matter.charterVersion, of: organisation, in: transaction)
        guard let workflow = charter.workflow(matter.workflow) else {
            throw WorkflowRefusal(.unknownWorkflow(matter.workflow), [])
        }
        let record = CaseRecord(try store.steps(of: id), charter: charter)
        let move = try workflow.decideMove(
            key, from: matter.state, by: principal.post, principal.staff, record: record,
            made: record.standing(workflow, of: id))
        guard let rule = workflow.portal?.signing, rule.move == key, matter.subjectKind == "customer" else {
            throw PortalRefusal.noPortal
        }
        let link = SigningLink(token: token, expiresAt: transaction.now.adding(hours: Int64(rule.hours)))
        try transaction.run(
            """
            INSERT INTO signing_link
                (organisation, token_hash, matter, move, content, made_by, made_at, expires_at)
            VALUES (\(organisation), \(SigningLink.hash(token)), \(id), \(key),
                \(Self.content(of: move, in: record, of: id)), \(principal.staff), \(transaction.now),
                \(link.expiresAt))
            """)
        try self.record(
            "case.link_made", of: matter, organisation, charter, .staff(principal.staff), ["move": .text(key)],
            transaction)
        return link
    }

    /// What a link leads to.
    public enum Opened: Sendable {
        case good(Sight, Signing)
        case refused(SigningLink.Refusal)
    }

    /// Looks at what a link leads to; a refused one is recorded, `case.link_refused`.
    public func open(link token: String, in organisation: OrganisationID) async throws -> Opened {
        let (found, opened) = try await database.read(for: organisation) { transaction in
            try look(token, in: organisation, transaction)
        }
        if case .refused(let reason) = opened, let found {
            try await database.write(for: organisation) { transaction in
                try refuse(found, reason, in: organisation, transaction)
            }
        }
        return opened
    }

    /// Signs by a link, which then serves no more.
    /// - Returns: why it does not serve; `nil` once it is signed.
    /// - Throws: `FormFaults`.
    public func sign(
        link token: String, name: String, signature: String, in organisation: OrganisationID
    ) async throws -> SigningLink.Refusal? {
        let (before, _) = try await database.read(for: organisation) { try look(token, in: organisation, $0) }
        let numbers =
            try await before.asyncMap { try await prepareSigning($0.matter, in: organisation) }
            ?? CaseService.Numbers.none
        return try await database.write(for: organisation) { transaction in
            let (found, opened) = try look(token, in: organisation, transaction)
            switch (found, opened) {
            case (nil, _): return .unknown
            case (let found?, .refused(let reason)):
                try refuse(found, reason, in: organisation, transaction)
                return reason
            case (let found?, .good(let sight, let signing)):
                try sign(signing, sight, name, signature, numbers, via: Self.linkActor, organisation, transaction)
                // Of two at once one changes the row, and the other is told to look again.
                try transaction.run(
                    """
                    UPDATE signing_link SET used_at = \(transaction.now)
                    WHERE organisation = \(organisation) AND token_hash = \(found.hash) AND used_at IS NULL
                    """, changing: 1, orElse: .changedMeanwhile("signing link"))
                return nil
            }
        }
    }

    private struct Found: Sendable {
        let hash: [UInt8]
        let matter: CaseID
        let move: String
        let content: [UInt8]
        let expiresAt: Instant
        let usedAt: Instant?
        let refusals: Int
    }

    private func look(
        _ token: String, in organisation: OrganisationID, _ transaction: any ReadTransaction
    ) throws -> (Found?, Opened) {
        let hash = SigningLink.hash(token)
        let found = try transaction.first(
            """
            SELECT matter, move, content, expires_at, used_at, refusals FROM signing_link
            WHERE organisation = \(organisation) AND token_hash = \(hash)
            """
        ) { row in
            Found(
                hash: hash, matter: try row[0], move: try row[1], content: try row[2], expiresAt: try row[3],
                usedAt: try row[4], refusals: try row[5])
        }
        guard let found else { return (nil, .refused(.unknown)) }
        if found.usedAt != nil { return (found, .refused(.used)) }
        if found.expiresAt <= transaction.now { return (found, .refused(.expired)) }
        let sight = try sight(of: found.matter, in: organisation, transaction)
        guard let signing = sight.signing, signing.move.key == found.move else { return (found, .refused(.passed)) }
        guard signing.content == found.content else { return (found, .refused(.changed)) }
        return (found, .good(sight, signing))
    }

    /// So often a link's refusal is told in the journal; the rest is counted.
    private static let told = 5

    private func refuse(
        _ found: Found, _ reason: SigningLink.Refusal, in organisation: OrganisationID,
        _ transaction: any WriteTransaction
    ) throws {
        try transaction.run(
            """
            UPDATE signing_link SET refusals = refusals + 1
            WHERE organisation = \(organisation) AND token_hash = \(found.hash)
            """)
        guard found.refusals < Self.told else { return }
        let matter = try CaseStore(transaction, organisation).found(found.matter)
        let charter = try cases.charters.version(matter.charterVersion, of: organisation, in: transaction)
        try self.record(
            "case.link_refused", of: matter, organisation, charter, .program(Self.linkActor),
            ["reason": .text(reason.rawValue)], transaction)
    }

    private func record(
        _ type: String, of matter: Case, _ organisation: OrganisationID, _ charter: Charter, _ actor: Event.Actor,
        _ more: Fields, _ transaction: any WriteTransaction
    ) throws {
        try cases.journal.record(
            EventDraft(
                organisation: organisation, type: type,
                subject: Event.Subject(matter.subjectKind, matter.subject), matter: matter.id, unit: matter.unit,
                actor: actor, charterVersion: charter.version,
                body: more.merging(["reference": .text(matter.reference)]) { $1 }), in: transaction)
    }
}

extension SigningLink {
    /// 256 random bits.
    public static func newToken() -> String {
        let key = SymmetricKey(size: .bits256)
        return key.withUnsafeBytes { Data($0).base64EncodedString() }
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    static func hash(_ token: String) -> [UInt8] { Array(SHA256.hash(data: Array(token.utf8))) }
}

extension Optional where Wrapped: Sendable {
    fileprivate func asyncMap<T>(_ transform: (Wrapped) async throws -> T) async rethrows -> T? {
        if let self { return try await transform(self) }
        return nil
    }
}
