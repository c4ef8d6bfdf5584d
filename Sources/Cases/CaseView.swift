public import Primitives
import Storage

/// A list of cases under a name, to come back to.
public struct CaseView: Sendable, Hashable {
    public typealias ID = Identifier<CaseView>

    public let id: ID
    public let owner: StaffID
    /// Whose staff see it besides its owner.
    public let unit: UnitID?
    public let title: String
    /// The parameters of the list's address.
    public let filter: String
    public let revision: Int

    static let columns: SQL = "id, owner, unit, title, filter, revision"

    init(row: Row) throws {
        id = try row[0]
        owner = try row[1]
        unit = try row[2]
        title = try row[3]
        filter = try row[4]
        revision = try row[5]
    }
}

/// Why an act on a list, or on many of its cases, is not done.
public enum CaseListRefusal: Error, Sendable, Hashable {
    /// A person keeps no more views than that.
    case tooManyViews(most: Int)
    case nothingChosen
    /// Cases are chosen, and what to do with them is not.
    case nothingToDo
    case tooManyChosen(most: Int)
    /// Each signature is made by itself, with what it signs before one's eyes.
    case signedOneByOne
    /// Nobody owes anything in it, so there is nothing to hand over.
    case nothingOwed
    /// The receiver has it already.
    case sameHandler
    /// The receiver is concerned in the case.
    case concernedReceiver
    case alreadyPaused
    case notPaused
    /// Only cases of one customer and one workflow become one.
    case mergeOfOthers
    /// The later goes into the earlier.
    case mergeIntoLater
    case mergeOfClosed
    case notMerged
    /// It is taken out again only on the day on which it was put in.
    case mergedBefore
}
