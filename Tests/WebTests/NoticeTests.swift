import Cases
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

@testable import Web

struct NoticeTests {
    @Test func `a notice names its case only to whom may open it`() async throws {
        let web = try await WebDesk.open()
        let matter = try await web.shop.complain()
        let (id, reference) = ("\(matter.id)", matter.reference)
        let browser = try await web.browser(.mei)
        let page = try await browser.get("/notices").text
        #expect(page.contains(reference) && page.contains("/cases/\(id)"))
        let whole = try await web.program(.mei).get("/notices").text
        #expect(whole.contains(reference) && whole.contains(id))
        // By a token without the scope; then without the permission itself.
        let scoped = try await web.program(.mei, scopes: [.readCharter]).get("/notices")
        #expect(scoped.status == 200 && scoped.text.contains("S-02"))
        #expect(!scoped.text.contains(reference) && !scoped.text.contains(id))
        let program = try await web.program(.mei)
        let mei = web.shop.staff(.mei)
        try await web.shop.desk.database.write { try $0.run("UPDATE staff SET post = 'guest' WHERE id = \(mei)") }
        for reply in [try await browser.get("/notices"), try await program.get("/notices")] {
            #expect(reply.status == 200 && reply.text.contains("S-02"))
            #expect(!reply.text.contains(reference) && !reply.text.contains(id), "\(reply.text)")
        }
    }
}
