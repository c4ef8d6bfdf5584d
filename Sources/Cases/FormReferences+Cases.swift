import Customers
public import Organisations
import Policy
import Primitives
import Storage

extension FormReferences {
    /// With customers and cases as this program keeps them: visible to the writer, or not there.
    public init(charters: CharterShelf) {
        self.init(
            charters: charters,
            customer: { id, principal, transaction in
                let reach = (try? principal.reach(.readCustomers)) ?? .own(principal.staff)
                return try CustomerDirectory(transaction, principal.organisation).isVisible(id, within: reach)
            },
            matter: { id, principal, transaction in
                try CaseStore(transaction, principal.organisation).visible([id], to: principal).contains(id)
            })
    }
}
