public import Primitives

/// How a list is imported.
public struct ImportOptions: Sendable, Equatable {
    /// To whom all its customers belong.
    public var unit: UnitID
    public var owner: StaffID
    /// `nil`: told from the file.
    public var encoding: ImportEncoding?
    /// Heading → field, for headings that are not known; `.ignored` leaves a column out.
    public var columns: [String: ImportField]
    /// What happens to a row whose customer is stored already.
    public var onMatch: OnMatch
    /// Records `customer.filed` for each, so that duties open as for new customers.
    public var isAsNew: Bool

    public enum OnMatch: String, Sendable {
        /// Report the row and leave the stored file alone.
        case skip
        /// Write what the row gives into the stored file; undo restores it.
        case update
    }

    public init(
        unit: UnitID, owner: StaffID, encoding: ImportEncoding? = nil, columns: [String: ImportField] = [:],
        onMatch: OnMatch = .skip, isAsNew: Bool = false
    ) {
        self.unit = unit
        self.owner = owner
        self.encoding = encoding
        self.columns = columns
        self.onMatch = onMatch
        self.isAsNew = isAsNew
    }
}

/// What an import did, or would do.
public struct ImportReport: Sendable {
    /// `nil` for a preview.
    public let run: ImportRun.ID?
    public let encoding: ImportEncoding
    public let mapping: ImportMapping
    /// Rows under the heading; each is filed, updated, or named by a fault.
    public let rows: Int
    public let filed: Int
    public let updated: Int
    /// By line; a row may have several.
    public let faults: [ImportFault]
    /// What was understood in a way worth checking; these rows are imported.
    public let remarks: [ImportFault]
    /// The row at which an interrupted import was taken up again.
    public let resumedAt: Int?
}

/// One import of a file.
public struct ImportRun: Sendable, Equatable {
    public typealias ID = Identifier<ImportRun>

    public let id: ID
    public let fileName: String
    public let status: Status
    public let startedBy: StaffID
    public let startedAt: Instant
    public let finishedAt: Instant?
    public let filed: Int
    public let updated: Int

    public enum Status: String, Sendable {
        case running, finished, undone
    }
}

/// What an undo did.
public struct UndoReport: Sendable {
    public let removed: Int
    public let restored: Int
    /// Customers that were worked on since, and so were left as they are.
    public let kept: [Kept]

    public struct Kept: Sendable, Equatable {
        public let line: Int
        public let customer: CustomerID
    }
}
