import Primitives

/// Follows one company's seals from event to event, and notes where they break.
struct SealChain: Sendable {
    private(set) var number: Int64 = 0
    private(set) var highest: Event.ID?
    private(set) var events = 0
    var faults: [Verification.Fault] = []
    private var seal = EventSeal.origin
    private let organisation: OrganisationID
    private let tolerance: Int64
    /// The anchor that is still ahead.
    private var anchor: JournalHead?

    init(of organisation: OrganisationID, anchor: JournalHead?, tolerance: Int64) {
        self.organisation = organisation
        self.anchor = anchor
        self.tolerance = tolerance
    }

    /// - Parameter row: begins with `EventSeal.columns`.
    mutating func follow(_ row: Row, number: Int64, seal stored: [UInt8]) {
        let id: Event.ID? = try? row[0]
        if number > self.number + 1 {
            // The seal of the last missing one is unknown, so this event's own cannot be computed.
            note(.missing(through: number - 1), number: self.number + 1)
        } else if (try? EventSeal.seal(after: seal, number: number, row: row)) != stored {
            note(.altered, number: number, event: id)
        } else if let id, let highest, id.isOlder(than: highest, by: tolerance) {
            note(.disordered, number: number, event: id)
        }
        if let anchor, anchor.number == number {
            if anchor.seal != stored { note(.anchorDiffers, number: number, event: id) }
            self.anchor = nil
        }
        self.number = number
        seal = stored
        highest = [highest, id].compactMap { $0 }.max()
        events += 1
    }

    /// - Parameter head: as it is noted in the database.
    mutating func end(at head: JournalHead?) {
        let last = head?.number ?? 0
        if last > number {
            note(.missing(through: last), number: number + 1)
        } else if last < number || head?.seal ?? EventSeal.origin != seal {
            note(.headDiffers, number: number)
        }
        if let anchor { note(.anchorDiffers, number: anchor.number) }
    }

    private mutating func note(_ kind: Verification.Kind, number: Int64, event: Event.ID? = nil) {
        faults.append(.init(kind, of: organisation, number: number, event: event))
    }
}

extension Identifier {
    /// Whether it comes before the other and was made at least so many milliseconds earlier.
    func isOlder(than other: Self, by milliseconds: Int64) -> Bool {
        self < other && Int64(other.high >> 16) - Int64(high >> 16) >= milliseconds
    }
}
