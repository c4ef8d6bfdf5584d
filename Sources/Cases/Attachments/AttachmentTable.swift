import Organisations
import Policy
import Primitives
import Storage

/// The rows of attachments.
struct AttachmentTable {
    let transaction: any ReadTransaction
    let organisation: OrganisationID

    init(_ transaction: any ReadTransaction, _ organisation: OrganisationID) {
        self.transaction = transaction
        self.organisation = organisation
    }

    /// Of one case, the first first.
    func all(of matter: CaseID) throws -> [Attachment] {
        try transaction.all(
            """
            SELECT \(Attachment.columns) FROM attachment
            WHERE organisation = \(organisation) AND matter = \(matter) ORDER BY id
            """, Attachment.init(row:))
    }

    func find(_ id: AttachmentID, of matter: CaseID) throws -> Attachment {
        try transaction.one(
            """
            SELECT \(Attachment.columns) FROM attachment
            WHERE organisation = \(organisation) AND id = \(id) AND matter = \(matter)
            """, orElse: "attachment \(id)", Attachment.init(row:))
    }

    /// How many stand, and how many there are with those that were taken back.
    func count(of matter: CaseID) throws -> (standing: Int, all: Int) {
        try transaction.one(
            """
            SELECT count(CASE WHEN withdrawn_at IS NULL THEN 1 END), count(*) FROM attachment
            WHERE organisation = \(organisation) AND matter = \(matter)
            """, orElse: "count"
        ) { (try $0[0], try $0[1]) }
    }

    func add(
        _ file: ReceivedFile, as id: AttachmentID, to matter: CaseID, by staff: StaffID, via: String?,
        event: Event.ID, in write: any WriteTransaction
    ) throws {
        try write.run(
            """
            INSERT INTO attachment (organisation, id, matter, name, media_type, size, sha256, content, added_by,
                added_at, event, via)
            VALUES (\(organisation), \(id), \(matter), \(file.name), \(file.kind.mediaType), \(file.size),
                \(file.sha256), \(file.content), \(staff), \(write.now), \(event),
                \(via))
            """)
    }

    func withdraw(_ id: AttachmentID, by staff: StaffID, why: String, in write: any WriteTransaction) throws {
        try write.run(
            """
            UPDATE attachment SET withdrawn_by = \(staff), withdrawn_at = \(write.now), withdrawn_why = \(why)
            WHERE organisation = \(organisation) AND id = \(id) AND withdrawn_at IS NULL
            """, changing: 1, orElse: .changedMeanwhile("attachment \(id)"))
    }

    /// Each file that a form names must be one of the case's, and stand.
    func check(_ fields: Fields, by form: [FormField], of matter: CaseID) throws {
        var known: Set<String>?
        var faults = FormFaults()
        for field in form {
            guard case .files = field.kind, case .list(let named)? = fields[field.key] else { continue }
            let standing = try known ?? Set(all(of: matter).filter { $0.withdrawal == nil }.map(\.id.description))
            known = standing
            if !named.allSatisfy({ standing.contains($0.text) }) { faults.add(field.key, .unknownReference) }
        }
        try faults.check()
    }
}
