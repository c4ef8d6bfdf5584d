public import Primitives

/// Whose rows a transaction may see and write.
///
/// PostgreSQL keeps to it by row-level security, whatever a statement says. SQLite does not: there the predicate of
/// each statement is the only fence.
public enum Tenancy: Sendable, Hashable {
    /// Nobody's: what the installation itself has, such as leases and names that are locked.
    case installation
    /// One company's.
    case company(OrganisationID)
    /// Every company's, by design: the list of jobs, whose a token is, and what proves or moves the whole.
    case everyCompany
}
