/// What identifiers belong to where several domains name them; the types themselves live in the domains.
public enum StaffKind {}
public enum UnitKind {}
public enum CaseKind {}
public enum CustomerKind {}
public enum ObligationKind {}

public typealias StaffID = Identifier<StaffKind>
public typealias UnitID = Identifier<UnitKind>
public typealias CaseID = Identifier<CaseKind>
public typealias CustomerID = Identifier<CustomerKind>
public typealias ObligationID = Identifier<ObligationKind>

public enum AttachmentKind {}
/// The bytes of an attachment, wherever they are kept.
public enum ContentKind {}

public typealias AttachmentID = Identifier<AttachmentKind>
public typealias ContentID = Identifier<ContentKind>
