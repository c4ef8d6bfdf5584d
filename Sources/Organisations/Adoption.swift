public import Policy
public import Primitives

/// What the adoption of a version came to.
public struct Adoption: Sendable, Equatable {
    /// From when it is in force.
    public let effective: Instant
    /// Whether that is the moment of the adoption, since its day had passed.
    public let isAtOnce: Bool
    /// Lower versions that would have begun then or later, and no longer do.
    public let overtaken: [Int]
}

/// Why a version is not adopted.
public enum AdoptionRefusal: Error, Sendable, Equatable {
    /// It is a version of another charter than the company's.
    case otherCharter(own: String, found: String)
    /// It lacks posts that staff hold, who would lose every permission with it.
    case heldPosts([HeldPost])

    public struct HeldPost: Sendable, Equatable {
        public let key: Post.Key
        /// As the charter in force has it; `nil` where that lacks it too.
        public let title: LocalizedText?
        public let people: Int

        public init(key: Post.Key, title: LocalizedText?, people: Int) {
            self.key = key
            self.title = title
            self.people = people
        }
    }
}
