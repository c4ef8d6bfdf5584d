import Organisations
import Policy
public import Primitives
public import Storage

extension PortalService {
    /// So many photos a customer may send in one case.
    public static let photosACase = 10

    /// Takes in a photo that the customer of a case sends; keeps nothing of it where that fails.
    /// - Throws: `PortalRefusal` for anything but a photo, and for one too many; `AttachmentRefusal`.
    public func receivePhoto(
        in id: CaseID, of organisation: OrganisationID, _ attachments: AttachmentService,
        _ feed: (inout AttachmentIntake) async throws -> ReceivedFile
    ) async throws -> ReceivedFile {
        let sight = try await sight(of: id, in: organisation)
        try Self.mayAddPhoto(to: sight)
        let standIn = Self.standIn(sight.matter, sight.steps, sight.portal, organisation)
        return try await attachments.receive(for: id, by: standIn) { intake in
            let file = try await feed(&intake)
            guard file.kind.isPhoto else { throw PortalRefusal.noPhoto }
            return file
        }
    }

    /// Makes it an attachment of the case: records `attachment.added`, of which the handler is told.
    public func addPhoto(
        _ file: ReceivedFile, to id: CaseID, of organisation: OrganisationID, _ attachments: AttachmentService,
        in transaction: any WriteTransaction
    ) throws {
        let sight = try sight(of: id, in: organisation, transaction)
        try Self.mayAddPhoto(to: sight)
        _ = try attachments.add(
            file, to: id, by: Self.standIn(sight.matter, sight.steps, sight.portal, organisation),
            via: (Self.actor, Self.clause(of: sight)), in: transaction)
    }

    private static func mayAddPhoto(to sight: Sight) throws {
        guard sight.photos.count < photosACase else { throw PortalRefusal.tooManyPhotos(photosACase) }
    }
}
