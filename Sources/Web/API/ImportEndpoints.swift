import Customers
import HTTPTypes
import Organisations
import Policy
import Primitives
import Storage

/// Lists of customers: importing one, the runs there were, and taking one back.
struct ImportEndpoints {
    var routes: [APIRoute] {
        [
            .get("/customers/imports", query: ["cursor", "limit"], list),
            .post(
                "/customers/imports", query: ["file_name", "dry_run", "as_new", "update", "unit", "owner", "columns"],
                run),
            .get("/customers/imports/{id}", show),
            .post("/customers/imports/{id}/undo", undo),
        ]
    }

    @Sendable private func list(_ context: APIContext) async throws -> APIAnswer {
        var query = context.query
        let cursor = query.identifier("cursor", of: ImportRun.self)
        let limit = query.limit()
        try query.check()
        // One more shows whether there is a further page.
        let found = try await CustomerImport(customers: context.desk.customers)
            .runs(before: cursor, limit: limit + 1, by: context.principal)
        let runs = Array(found.prefix(limit))
        let names = try await names(of: runs, context)
        return try .ok(
            APIPage(
                items: runs.map { ImportRunJSON($0, startedBy: names[$0.startedBy], context) },
                next: found.count > limit ? runs.last?.id.description : nil))
    }

    @Sendable private func show(_ context: APIContext) async throws -> APIAnswer {
        let run = try await CustomerImport(customers: context.desk.customers)
            .find(context.id(), by: context.principal)
        return try .ok(ImportRunJSON(run, startedBy: await names(of: [run], context)[run.startedBy], context))
    }

    private func names(of runs: [ImportRun], _ context: APIContext) async throws -> [StaffID: String] {
        let organisation = context.principal.organisation
        return try await context.desk.database.read(for: organisation) { transaction in
            try OrganisationStore(transaction).names(of: Set(runs.map(\.startedBy)), in: organisation)
        }
    }

    /// A list that comes as a file may be so long.
    static let largestList = 32 << 20

    /// No key is asked for: a list is imported once, and a repeat of it is told in which run it was.
    @Sendable private func run(_ context: APIContext) async throws -> APIAnswer {
        let principal = context.principal
        let wish = try await Wish(context)
        var options = ImportOptions(
            unit: wish.unit ?? principal.unit, owner: wish.owner ?? principal.staff, encoding: wish.encoding)
        options.isAsNew = wish.isAsNew
        options.onMatch = wish.isUpdate ? .update : .skip
        var faults = FormFaults()
        for (heading, word) in wish.columns.sorted(by: { $0.key < $1.key }) {
            if let field = ImportField(rawValue: word) {
                options.columns[heading] = field
            } else {
                faults.add("columns.\(heading)", .notAChoice(expected: ImportField.allCases.map(\.rawValue)))
            }
        }
        try faults.check()
        let imports = CustomerImport(customers: context.desk.customers)
        guard !wish.isDry else {
            return try .ok(
                ImportReportJSON(
                    try await imports.preview(wish.list, options: options, by: principal), context.words))
        }
        let report = try await imports.run(wish.list, fileName: wish.name, options: options, by: principal)
        var answer = try APIAnswer.ok(ImportReportJSON(report, context.words))
        answer.status = .created
        answer.headers[.location] = report.run.map { "/api/v1/customers/imports/\($0)" }
        return answer
    }

    /// What is asked: a list within a JSON object, or as the file that it is.
    ///
    /// What the object leaves out may stand in the query, where a file must say it.
    private struct Wish {
        let list: [UInt8]
        let encoding: ImportEncoding?
        let name: String
        let isDry: Bool
        let isAsNew: Bool
        let isUpdate: Bool
        let unit: UnitID?
        let owner: StaffID?
        let columns: [String: String]

        init(_ context: APIContext) async throws {
            var query = context.query
            let isDry = query.flag("dry_run")
            let isAsNew = query.flag("as_new")
            let isUpdate = query.flag("update")
            let name = query.text("file_name", maximum: 200)
            let unit: UnitID? = query.identifier("unit")
            let owner: StaffID? = query.identifier("owner")
            let text = query.text("columns", maximum: 20_000)
            try query.check()
            let mapping = try text.map(Self.columns(in:)) ?? [:]
            let body: APIBody?
            if let type = MediaType.list(context.contentType) {
                list = try await context.bytes(upTo: ImportEndpoints.largestList)
                encoding = type.encoding
                body = nil
            } else {
                guard MediaType.isJSON(context.contentType) else { throw APIFault.neitherJSONNorCSV }
                var json = try await context.body()
                list = Array(json.text("csv", 1...APIContext.largestBody).utf8)
                encoding = .utf8
                body = json
            }
            var json = body ?? APIBody([:])
            self.name = json.optionalText("file_name", 1...200) ?? name ?? "API"
            self.isDry = json.flag("dry_run") ?? isDry ?? false
            self.isAsNew = json.flag("as_new") ?? isAsNew ?? false
            self.isUpdate = json.flag("update") ?? isUpdate ?? false
            self.unit = json.identifier("unit") ?? unit
            self.owner = json.identifier("owner") ?? owner
            columns = json.dictionary("columns", 1...40, maximum: 200).merging(mapping) { own, _ in own }
            try json.check()
        }

        /// An object of texts, as in the body.
        private static func columns(in text: String) throws -> [String: String] {
            let value: JSONValue
            do throws(JSONText.Fault) {
                value = try JSONText.read(Array(text.utf8))
            } catch {
                throw APIFault.unfit([.init("columns", .notA("object"))])
            }
            var body = APIBody(["columns": value])
            let columns = body.dictionary("columns", 1...40, maximum: 200)
            try body.check()
            return columns
        }
    }

    /// Nor is one here: an import that was taken back already is refused.
    @Sendable private func undo(_ context: APIContext) async throws -> APIAnswer {
        let id = try context.id(of: ImportRun.self)
        let imports = CustomerImport(customers: context.desk.customers)
        _ = try await imports.find(id, by: context.principal)
        let report = try await imports.undo(id, by: context.principal)
        return try .ok(
            UndoJSON(
                removed: report.removed, restored: report.restored,
                kept: report.kept.map { UndoJSON.Kept(line: $0.line, customer: $0.customer.description) }))
    }
}

struct ImportRunJSON: Encodable {
    let id: String
    let fileName: String
    let state: String
    let startedBy: NamedJSON
    let startedAt: String
    /// Left out while it is under way.
    let finishedAt: String?
    let filed: Int
    let updated: Int

    private enum CodingKeys: String, CodingKey {
        case id, fileName = "file_name", state, startedBy = "started_by", startedAt = "started_at",
            finishedAt = "finished_at", filed, updated
    }

    init(_ run: ImportRun, startedBy name: String?, _ context: APIContext) {
        id = run.id.description
        fileName = run.fileName
        state = run.status.rawValue
        startedBy = NamedJSON(id: run.startedBy.description, name: name ?? "")
        startedAt = context.time(run.startedAt)
        finishedAt = context.time(run.finishedAt)
        filed = run.filed
        updated = run.updated
    }
}

/// What an import did, or would do; numbers of people are masked in it.
struct ImportReportJSON: Encodable {
    /// Left out for a dry run.
    let run: String?
    let rows: Int
    let filed: Int
    let updated: Int
    let columns: [Column]
    let faults: [Line]
    let remarks: [Line]
    /// Why the import itself would be refused; empty once it was done.
    let refusals: [ImportRefusalJSON]
    let resumedAt: Int?

    private enum CodingKeys: String, CodingKey {
        case run, rows, filed, updated, columns, faults, remarks, refusals, resumedAt = "resumed_at"
    }

    struct Column: Encodable {
        let heading: String
        /// Left out where the heading is unknown.
        let field: String?
    }

    struct Line: Encodable {
        let line: Int
        let column: String?
        let found: String?
        let code: String
        let message: String

        init(_ fault: ImportFault, in language: Language) {
            line = fault.line
            column = fault.column
            found = fault.shown.isEmpty ? nil : fault.shown
            code = fault.message
            message = fault.words(in: language)
        }
    }

    init(_ report: ImportReport, _ words: Words) {
        run = report.run?.description
        rows = report.rows
        filed = report.filed
        updated = report.updated
        columns = report.mapping.columns.map { Column(heading: $0.heading, field: $0.field?.rawValue) }
        faults = report.faults.map { Line($0, in: words.language) }
        remarks = report.remarks.map { Line($0, in: words.language) }
        refusals = report.mapping.refusals.map { ImportRefusalJSON($0, words) }
        resumedAt = report.resumedAt
    }
}

/// Why a list is not imported, or an import not taken back.
struct ImportRefusalJSON: Encodable {
    let code: String
    let message: String
    /// The members of the request that say so.
    let fields: [String]
    /// The run before.
    let run: String?

    private enum CodingKeys: String, CodingKey { case code, message }

    init(_ refusal: ImportRefusal, _ words: Words) {
        let comma = words.language == .english ? ", " : "、"
        var run: String?
        switch refusal {
        case .empty: (code, message, fields) = ("empty_list", words("名单是空的"), ["csv"])
        case .headingsOnly: (code, message, fields) = ("headings_only", words("名单只有列名，下面一行也没有"), ["csv"])
        case .notText(let kind):
            (code, message, fields) = (
                "not_a_list", kind.isEmpty ? words("这不是名单；请给CSV文字") : words("这是{0}；请给CSV文字", kind), ["csv"]
            )
        case .unknownColumns(let headings):
            (code, message, fields) = (
                "unknown_columns", words("不认识这些列：{0}；请在columns里指明字段", headings.joined(separator: comma)),
                headings.map { "columns." + $0 }
            )
        case .doubledColumns(let doubled):
            (code, message, fields) = (
                "doubled_columns", words("有两列对应同一字段：{0}", doubled.map(\.rawValue).joined(separator: comma)), ["columns"]
            )
        case .noName:
            (code, message, fields) = ("no_name_column", words("没有哪一列是客户姓名；请在columns里指明"), ["columns"])
        case .alreadyImported(let earlier):
            run = earlier.description
            (code, message, fields) = ("already_imported", words("这份名单导入过了；请先撤回那一次"), [])
        case .alreadyUndone: (code, message, fields) = ("already_undone", words("那次导入已经撤回"), [])
        }
        self.run = run
    }
}

struct UndoJSON: Encodable {
    let removed: Int
    let restored: Int
    /// Worked on since, and so left as they are.
    let kept: [Kept]

    struct Kept: Encodable {
        let line: Int
        let customer: String
    }
}
