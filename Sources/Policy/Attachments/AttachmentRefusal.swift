/// Why a file is not taken as an attachment, or not taken back.
public enum AttachmentRefusal: Error, Sendable, Equatable {
    /// There is nothing in it.
    case empty
    /// More than so many bytes.
    case tooLarge(limit: Int)
    /// Its content is nothing that is taken.
    case unknownKind
    /// The name's ending or the sender says one thing, and the content another.
    case lying(claimed: String, found: FileKind)
    /// A browser or a shell would run it.
    case running
    /// The request holds no file.
    case noFile
    /// The case is closed.
    case closed
    /// The case has so many already.
    case tooMany(Int)
    /// A form of the case names it.
    case inUse
    /// It was taken back before.
    case withdrawn
}
