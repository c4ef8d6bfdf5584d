public import Primitives

/// What a verification found.
public struct Verification: Sendable {
    /// Sealed events that were read.
    public internal(set) var events = 0
    /// Where each company's journal stands. Noted elsewhere, they are the anchors of a later verification.
    public internal(set) var heads: [OrganisationID: JournalHead] = [:]
    public internal(set) var faults: [Fault] = []

    public var isSound: Bool { faults.isEmpty }

    public struct Fault: Sendable, Hashable {
        public let kind: Kind
        public let organisation: OrganisationID?
        public let number: Int64?
        public let event: Event.ID?

        init(
            _ kind: Kind, of organisation: OrganisationID? = nil, number: Int64? = nil, event: Event.ID? = nil
        ) {
            self.kind = kind
            self.organisation = organisation
            self.number = number
            self.event = event
        }
    }

    public enum Kind: Sendable, Hashable {
        /// The row, its seal or the seal before is not what was sealed.
        case altered
        /// Events from this number through that one are gone.
        case missing(through: Int64)
        /// An older event stands behind a younger one.
        case disordered
        /// An event is older than a sealed one and has no seal.
        case unsealed
        /// The journal goes on behind the head that is noted in the database, or its last seal is another.
        case headDiffers
        /// The seal at this number is not the one that was noted elsewhere.
        case anchorDiffers
        /// What the engine says of its own file.
        case engine(String)
    }
}
