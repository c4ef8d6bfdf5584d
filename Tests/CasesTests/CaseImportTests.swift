import TestDatabases
import Cases
import Customers
import Organisations
import Foundation
import Policy
import Primitives
import TestSupport
import Testing

/// Cases that come in as a table.
struct CaseImportTests {
    private static let tablets = CaseImport.Options(
        workflow: "review", columns: ["content": "review", "product": "category"],
        only: ["positive": "0", "category": "平板"])

    private static func shop() async throws -> (company: Company, options: CaseImport.Options, agent: Principal) {
        let company = try await Company.open("shop")
        let reference = try await company.desk.database.read { transaction in
            try CustomerDirectory(transaction, company.organisation).captions(of: [company.customer])
        }
        var options = tablets
        options.constants = ["customer": reference[company.customer]?.reference ?? "", "order_no": "平台未给"]
        return (company, options, company.holder("dispute_agent"))
    }

    @Test func `E-29, E-30: real reviews come in as cases, each once, with the duty to explain it`() async throws {
        let (company, options, agent) = try await Self.shop()
        let bytes = try sharedData("shop-reviews-zh.csv")
        let importer = CaseImport(company.desk.cases)
        let preview = try await importer.run(bytes, options: options, by: agent, isDryRun: true)
        #expect(preview.rows == 4000 && preview.opened > 100 && preview.faults.isEmpty)
        #expect(try await company.duties("E-30").isEmpty)

        // A day's file ends in the middle of the next one.
        let table = try CSVTable(bytes, encoding: nil)
        let half = table.rows[2000].line
        let first = Array(
            bytes.split(separator: 10, omittingEmptySubsequences: false).prefix(half - 1).joined(separator: [10]))
        let today = try await importer.run(first, options: options, by: agent)
        #expect(today.opened > 0 && today.opened < preview.opened && today.known == 0)
        let tomorrow = try await importer.run(bytes, options: options, by: agent)
        #expect(tomorrow.known == today.opened && tomorrow.opened == preview.opened - today.opened)
        #expect(tomorrow.faults.isEmpty && tomorrow.passedOver == 4000 - preview.opened)
        let duties = try await company.duties("E-30")
        #expect(duties.count == preview.opened && duties.allSatisfy { $0.state == "open" })
        let again = try await importer.run(bytes, options: options, by: agent)
        #expect(again.opened == 0 && again.known == preview.opened)
        let matter = try #require(duties.first?.matter)
        let content = try await company.detail(matter).steps[0].fields["content"]?.text ?? ""
        #expect(table.rows.contains { $0.cells == ["平板", "0", content] })
    }

    @Test func `what a row lacks or says wrongly is told by line and field, and the others come in`() async throws {
        let company = try await Company.open()
        let agent = company.holder("assistant")
        let caption = try await company.desk.database.read { transaction in
            try CustomerDirectory(transaction, company.organisation).captions(of: [company.customer])
        }[company.customer]
        let reference = try #require(caption?.reference)
        let text = """
            客户,类别,方式,时间,内容
            \(reference),服务态度,电话,2026-03-01T09:00,没人回电
            \(reference),服务,电话,2026-03-01T09:00,没人回电
            KH-1999-0001,服务态度,phone,2026-03-01T09:00,门坏了
            \(reference),服务态度,电话,明天,
            \(reference),服务态度
            \(reference),服务态度,电话,2026-03-01T09:00,没人回电
            """
        let options = CaseImport.Options(
            workflow: "complaint",
            columns: ["customer": "客户", "kind": "类别", "channel": "方式", "occurred_at": "时间", "content": "内容"])
        let importer = CaseImport(company.desk.cases)
        for isDryRun in [true, false] {
            let report = try await importer.run(Array(text.utf8), options: options, by: agent, isDryRun: isDryRun)
            // The same row twice is two cases.
            #expect(report.rows == 6 && report.opened == 2 && report.known == 0)
            let told = report.faults.map { fault in
                switch fault.reason {
                case .unreadable(let fault): "\(fault.line) \(fault.message)"
                case .form(let faults):
                    "\(fault.line) "
                        + faults.map { "\($0.fault.field):\($0.heading ?? "-"):\($0.found)" }.sorted()
                        .joined(separator: " ")
                }
            }
            #expect(
                told == [
                    "3 kind:类别:服务", "4 customer:客户:KH-1999-0001", "5 content:内容: occurred_at:时间:明天", "6 row.short",
                ])
        }
        #expect(try await company.events("complaint.received").count == 2)
    }

    @Test func `an import begins nothing that its importer could not begin by hand`() async throws {
        let (company, options, _) = try await Self.shop()
        let bytes = Array("category,positive,review\n平板,0,坏了\n".utf8)
        let importer = CaseImport(company.desk.cases)
        let barred = company.holder("pre_sales")
        await #expect(throws: WorkflowRefusal.self) { _ = try await importer.run(bytes, options: options, by: barred) }
        let stranger = try await Shop.open()
        await #expect(throws: (any Error).self) {
            _ = try await importer.run(bytes, options: options, by: stranger.principal(.an))
        }
        #expect(try await company.events("review.received").isEmpty)
    }

    @Test func `headings and fields that are not there are told with those that are`() async throws {
        let (company, options, agent) = try await Self.shop()
        let importer = CaseImport(company.desk.cases)
        let bytes = Array("category,positive,review\n平板,0,坏了\n".utf8)
        func refusal(_ options: CaseImport.Options) async throws -> CaseImport.Refusal? {
            do {
                _ = try await importer.run(bytes, options: options, by: agent)
                return nil
            } catch let refusal as CaseImport.Refusal {
                return refusal
            }
        }
        var wrong = options
        wrong.columns["contents"] = "review"
        let fields = ["customer", "order_no", "content", "product", "defect"]
        #expect(try await refusal(wrong) == .unknownFields(["contents"], known: fields))
        wrong = options
        wrong.columns["content"] = "text"
        wrong.only["positiv"] = "0"
        let headings = ["category", "positive", "review"]
        #expect(try await refusal(wrong) == .unknownHeadings(["positiv", "text"], known: headings))
    }
}
