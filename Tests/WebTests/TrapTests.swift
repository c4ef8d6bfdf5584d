import TestDatabases
import Cases
import HTTPTypes
import Foundation
import Customers
import Organisations
import Policy
import Primitives
import Storage
import TestSupport
import Testing

@testable import Web

/// Traps that users of other systems fell into, each walked into here by all ways at once.
struct TrapTests {
    @Test func `a required field holds on the page, through the API and in an import`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let (browser, program) = (try await web.browser(.an, in: .english), try await web.program(.an))
        let before = try await web.stored()
        for (act, field) in [
            ("POST /cases/new/{workflow}", "content"), ("POST /cases/{id}/moves/{move}", "words"),
            ("POST /facts/new/{event}", "place"), ("POST /obligations/{id}/done", "reached"),
            ("POST /customers/new", "name"),
        ] {
            let whole = try PageAct.of(act, scene)
            for value in [nil, "", "   "] {
                var form = whole.form
                form[field] = value
                let reply = try await browser.post(whole.path, form)
                #expect(reply.status == 422, "\(act) \(value ?? "-")")
            }
        }
        for (operation, field) in [
            ("POST /cases", "content"), ("POST /cases/{id}/moves", "words"), ("POST /facts", "place"),
            ("POST /obligations/{id}/discharge", "reached"),
        ] {
            let whole = try APIAct.of(operation, scene)
            for value: String? in [nil, "", "   "] {
                var fields = (whole.body["fields"] as? [String: any Sendable]) ?? [:]
                fields[field] = value
                let reply = try await whole.send(program, changing: ["fields": fields])
                #expect(reply.status == 422 && reply.faults == [field], "\(operation): \(reply.text)")
            }
        }
        for name in ["", "   "] {
            let reply = try await program.post("/customers", ["kind": "person", "name": name])
            #expect((reply.status == 400 || reply.status == 422) && reply.faults == ["name"], "\(reply.text)")
        }
        let an = try await web.shop.principal(.ding)
        let report = try await CustomerImport(customers: web.shop.desk.customers).preview(
            Array("姓名,手机\n,13800005678\n   ,13800005679\n".utf8),
            options: ImportOptions(unit: web.shop.north, owner: web.shop.staff(.an)), by: an)
        #expect(report.filed == 0 && Set(report.faults.map(\.line)) == [2, 3])
        #expect(try await web.tables(changedSince: before) == [])
    }

    /// Every address of the desk that a page links to.
    private static func links(in reply: Reply) -> Set<String> {
        Set(
            reply.text.matches(of: /(?:href|hx-get)="(\/[^"]*)"/).map {
                String($0.output.1).replacing("&amp;", with: "&").replacing("&#38;", with: "&")
            }
            .map { String($0.prefix { $0 != "#" }) }
            .filter { !$0.hasPrefix("/assets/") && !$0.hasPrefix("/live") })
    }

    @Test(arguments: Shop.Person.allCases)
    func `rows in lists or counters that the agent may not open: every link on every page opens`(
        person: Shop.Person
    ) async throws {
        let web = try await WebDesk.open(isDemo: true)
        _ = try await Scene(web.shop)
        for customer in web.shop.customers.indices {
            try await web.shop.complain(customer, by: customer < 4 ? .bai : .du)
        }
        web.shop.clock.advance(hours: 49)
        try await web.shop.tick()
        let browser = try await web.browser(person)
        /// Address → the page that links to it.
        var waiting = ["/": "", "/search?q=T": "", "/search?q=%E9%97%BB": "", "/notices": ""]
        var opened: Set<String> = []
        while let (path, from) = waiting.popFirst() {
            opened.insert(path)
            let reply = try await browser.get(path)
            #expect(reply.isDone, "\(path) on \(from): \(reply.status)")
            let next = reply.location.map { [$0.prefix { $0 != "#" }].map(String.init) } ?? Array(Self.links(in: reply))
            for link in next where !opened.contains(link) { waiting[link] = path }
        }
        #expect(opened.count > (person == .er ? 3 : 15))
    }

    @Test(arguments: Shop.Person.allCases)
    func `rows in lists or counters that the agent may not open: what the API lists it shows`(
        person: Shop.Person
    ) async throws {
        let web = try await WebDesk.open()
        _ = try await Scene(web.shop)
        for customer in web.shop.customers.indices {
            try await web.shop.complain(customer, by: customer < 4 ? .bai : .du)
        }
        let program = try await web.program(person)
        for (list, single) in [
            ("/cases", "/cases/"), ("/customers", "/customers/"), ("/customers?q=%E5%86%BC", "/customers/"),
            ("/obligations?view=mine", "/obligations/"), ("/obligations?view=team", "/obligations/"),
            ("/staff", "/staff/"), ("/organisation/units", "/organisation/units/"),
        ] {
            let reply = try await program.get(list)
            guard reply.status == 200 else {
                #expect(reply.status == 403, "\(list)")
                continue
            }
            for item in reply.object?["items"] as? [[String: Any]] ?? [] {
                let id = try #require(item["id"] as? String)
                let one = try await program.get(single + id)
                #expect(one.status == 200, "\(list) \(id)")
            }
        }
        // The other way round: what opens is listed.
        let listed = Set(
            (try await program.get("/cases?limit=200").object?["items"] as? [[String: Any]] ?? []).compactMap {
                $0["id"] as? String
            })
        let all = try await web.shop.desk.database.read { [organisation = web.shop.organisation] in
            try $0.all("SELECT id FROM matter WHERE organisation = \(organisation)") { try $0[0] as CaseID }
        }
        for id in all {
            let opens = try await program.get("/cases/\(id)").status == 200
            #expect(opens == listed.contains(id.description), "\(id)")
        }
    }
}
