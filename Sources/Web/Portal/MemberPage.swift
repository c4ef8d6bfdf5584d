import Customers
import Members
import Policy
import Primitives

/// What a member enters to see his card.
struct MemberEntryPage {
    let visitor: VisitorShell
    let action: String
    let number: String
    let message: String?
    let notice: String?
    let backPath: String
}

/// A member's card, points, perks and data, as he sees them himself.
struct MemberPage {
    let visitor: VisitorShell
    let card: Card
    let warning: Warning?
    /// `nil` while the card gives nothing.
    let code: MemberCode?
    let points: PointsPart?
    let tier: [Goal]
    let hasTier: Bool
    let perks: [PerkRow]
    let hasPerks: Bool
    /// Said in place of what is left of each, while the card gives nothing.
    let perksNote: String?
    let given: [Row]
    let hasGiven: Bool
    let activities: [Row]
    let hasActivities: Bool
    let stored: StoredPart?
    let receipts: [ReceiptRow]
    let hasReceipts: Bool
    let data: [Row]
    let consents: [ConsentRow]
    let hasConsents: Bool
    let leavePath: String
    let formToken: String

    struct Card {
        let title: String
        let number: String
        let standing: String
        let isGood: Bool
        let dates: [String]
        let reasons: [Why]
        let hasReasons: Bool
    }

    /// A clause in its own words.
    struct Why {
        let clause: String?
        let text: String
    }

    /// That the card does not work, and what to do.
    struct Warning {
        let title: String
        let text: String
        let reasons: [Why]
        let hasReasons: Bool
    }

    struct Figure {
        let label: String
        let value: String
        let more: String?
        let reasons: [Why]
        let hasReasons: Bool
    }

    struct PointsPart {
        let figures: [Figure]
        let rows: [MoveRow]
    }

    struct MoveRow {
        let day: String
        let title: String
        let more: String?
        let amount: String
    }

    /// Something to be reached, with how far it is.
    struct Goal {
        let label: String
        let value: String
        let more: String
        /// 0…96; `nil` for what has no measure.
        let length: String?
        let reasons: [Why]
        let hasReasons: Bool
    }

    struct PerkRow {
        let title: String
        let count: String
        let often: String
        let left: String?
        let isUsed: Bool
        let reasons: [Why]
        let hasReasons: Bool
    }

    struct Row {
        let title: String
        let more: String?
        let value: String?
    }

    struct StoredPart {
        let title: String
        let figures: [Figure]
        let rows: [MoveRow]
    }

    struct ReceiptRow {
        let number: String
        let day: String
        let due: String
        let earned: String?
        let refunded: String?
        let why: [Why]
    }

    struct ConsentRow {
        let title: String
        let day: String
        let reasons: [Why]
        let hasReasons: Bool
    }
}
