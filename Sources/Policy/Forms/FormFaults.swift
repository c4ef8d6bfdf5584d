public import Primitives

/// Everything that is wrong with what somebody entered, all fields at once.
public struct FormFaults: Error, Sendable, Equatable {
    public private(set) var faults: [FormFault]

    public init(_ faults: [FormFault] = []) {
        self.faults = faults
    }

    public var isEmpty: Bool { faults.isEmpty }

    public mutating func add(_ field: String, _ problem: FormFault.Problem) {
        faults.append(FormFault(field, problem))
    }

    /// - Throws: these faults, when there are any.
    public func check() throws(FormFaults) {
        if !faults.isEmpty { throw self }
    }
}

/// One field and what is wrong with it.
public struct FormFault: Sendable, Equatable {
    /// The field's key, or `""` for the form as a whole.
    public let field: String
    public let problem: Problem

    public init(_ field: String, _ problem: Problem) {
        self.field = field
        self.problem = problem
    }

    public enum Problem: Error, Sendable, Equatable {
        case missing
        /// At most so many characters.
        case tooLong(maximum: Int)
        /// One of these words was expected.
        case notAChoice(expected: [String])
        /// Yes or no was expected.
        case notAFlag
        case notANumber
        case belowMinimum(Int64)
        case aboveMaximum(Int64)
        /// Yuan with at most two decimals were expected.
        case notAnAmount
        case amountBelow(Money)
        case amountAbove(Money)
        /// A date such as 2026-10-09 was expected.
        case notADate
        /// A time such as 2026-10-09T10:00:00+08:00 was expected.
        case notATime
        /// A date of something that has happened lies ahead of today.
        case afterToday
        /// A time of something that has happened lies ahead of now.
        case afterNow
        /// Nobody or nothing with that identifier is visible.
        case unknownReference
        /// The form has no such field; the nearest one that it has.
        case unknownField(nearest: String?)
        /// Control characters, or text that is not UTF-8.
        case unreadable
        case notAPhone
        case notAnEmail
        case notAnIdentityNumber
        case tooShort(minimum: Int)
        /// Already in use.
        case taken
        /// Not a birthday in any spelling that the desk reads.
        case notABirthday
        /// A date that does not exist.
        case impossibleDate
        /// A date that lies ahead or too long ago to be meant.
        case implausibleDate
        /// At most so many entries.
        case tooMany(maximum: Int)
        /// Stands twice where it may stand once.
        case twice
        /// The same as before, where something else is wanted.
        case unchanged
        /// Only companies have such people.
        case onlyOfCompanies
        /// The program works it out, and nobody enters it.
        case workedOut
        /// What is never said to a customer, by that clause; it is sent with a reason only.
        case unsaid(phrases: [String], clause: Clause.Key?)
        /// That offence is booked on these posts only.
        case notOfThatPost(allowed: [Post.Key])
        /// A cell of a table: its row from 1, its column and what is wrong there.
        indirect case inRow(Int, column: String, Problem)
    }
}
