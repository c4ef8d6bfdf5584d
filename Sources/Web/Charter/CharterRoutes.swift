import Hummingbird
import Obligations
import Organisations
import Policy
import Primitives
import Storage

/// The rule book: how each clause is kept, and how each workflow runs.
struct CharterRoutes {
    let desk: Desk

    func add(to staff: RouterGroup<StaffContext>) {
        staff.get("charter", use: show)
        staff.get("charter/clauses/:key", use: find)
        staff.get("charter/clauses/:key/detail", use: detail)
        staff.get("charter/clauses/:key/adherence", use: clause)
        staff.get("charter/workflows/:key", use: workflow)
    }

    private func open(_ context: StaffContext, path: String) async throws -> (frame: Frame, charter: Charter) {
        _ = try context.principal.reach(.readCharter)
        let frame = try await desk.frame(context, room: .charter, path: path)
        guard let charter = frame.charter else { throw StorageError.notFound("charter in force") }
        return (frame, charter)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let parameters = request.uri.queryParameters
        let (frame, charter) = try await open(context, path: "/charter")
        let words = frame.words
        let concerns = charter.lawConcerns
        let reading = CharterReading(
            frame: frame, charter: charter, overview: try await desk.adherence.overview(for: context.principal),
            concerns: concerns)
        let runs = charter.chapterRuns
        let query = String((parameters["q"].map(String.init) ?? "").prefix(100))
        let isLaw = parameters["law"] != nil
        let isWhole = parameters["all"] != nil && query.isEmpty && !isLaw
        let asked = parameters["chapter"].map(String.init)
        let current = query.isEmpty && !isLaw && !isWhole ? Self.current(runs, asked: asked, reading: reading) : nil
        let chapters: [CharterPage.ChapterPart]
        if !query.isEmpty {
            let found = reading.found(query)
            chapters = [reading.part(words("含“{0}”的条款", query), found, range: Self.count(found, words))]
        } else if isLaw {
            let found = charter.clauses.filter { concerns[$0.key] != nil }
            chapters = [reading.part(words("可能与法律不合的条款"), found, range: Self.count(found, words))]
        } else {
            chapters = (isWhole ? runs : current.map { [$0] } ?? []).map(reading.part)
        }
        func tab(_ title: String, _ path: String, _ isCurrent: Bool, _ tally: Int? = nil) -> WorkbenchPage.Tab {
            WorkbenchPage.Tab(title: words(title), path: path, isCurrent: isCurrent, tally: tally.map { String($0) })
        }
        var tabs = [tab("分章", "/charter", current != nil), tab("全书", "/charter?all=1", isWhole)]
        if !concerns.isEmpty {
            tabs.append(tab("合法提示", "/charter?law=1", isLaw, charter.clauses.filter { concerns[$0.key] != nil }.count))
        }
        let page = CharterPage(
            shell: frame.shell,
            edition: words(
                "{0} 第{1}版", charter.title[frame.language], String(charter.version)) + "\u{2002}"
                + words("{0}起施行", frame.time.date(charter.effective)),
            tabs: tabs, figures: reading.figures,
            contents: runs.map { reading.entry($0, isCurrent: $0.slug == current?.slug) },
            contentsTitle: current.map {
                words("目录：{0}", ($0.chapter.map { $0.key + " " } ?? "") + $0.title(charter)[frame.language])
            } ?? words("目录"),
            isWhole: isWhole,
            workflows: charter.workflows.map {
                CharterPage.NamedLink(title: $0.title[frame.language], path: Links.workflow($0.key))
            },
            posts: charter.posts.map {
                CharterPage.NamedLink(title: $0.title[frame.language], path: Links.post($0.key))
            },
            query: query, chapters: chapters, isEmpty: chapters.allSatisfy(\.laws.isEmpty))
        return desk.html(page, "charter/show", context)
    }

    private static func count(_ clauses: [Clause], _ words: Words) -> String {
        clauses.count == 1 ? words("1条") : words("{0}条", String(clauses.count))
    }

    /// The chapter asked for, else the one with most breaches, else the first.
    private static func current(_ runs: [ChapterRun], asked: String?, reading: CharterReading) -> ChapterRun? {
        if let asked, let run = runs.first(where: { $0.slug == asked }) { return run }
        let late = runs.map { reading.adherence(of: $0.clauses).late }
        guard let most = late.max(), most > 0, let index = late.firstIndex(of: most) else { return runs.first }
        return runs[index]
    }

    // MARK: One clause

    /// Leads to the clause in its chapter.
    @Sendable func find(_ request: Request, _ context: StaffContext) async throws -> Response {
        _ = try context.principal.reach(.readCharter)
        let key = try context.parameters.require("key")
        let charter = try await desk.database.read(for: context.principal.organisation) { [desk] transaction in
            try desk.charters.inForce(for: context.principal.organisation, at: transaction.now, in: transaction)
        }
        guard charter.clause(key) != nil, let run = Self.run(of: key, in: charter) else {
            throw StorageError.notFound("clause")
        }
        return .redirect(to: "/charter?chapter=\(run.slug)#clause-\(key)")
    }

    private static func run(of key: Clause.Key, in charter: Charter) -> ChapterRun? {
        charter.chapterRuns.first { $0.clauses.contains { $0.key == key } }
    }

    /// The part that a row of the book opens below itself.
    @Sendable func detail(_ request: Request, _ context: StaffContext) async throws -> Response {
        let (frame, charter, clause) = try await opened(context)
        return desk.html(
            ClauseDetailPart(
                detail: try await ClauseDetail.load(
                    clause, charter: charter, desk: desk, frame: frame, principal: context.principal)),
            "charter/detail", context)
    }

    @Sendable func clause(_ request: Request, _ context: StaffContext) async throws -> Response {
        let (frame, charter, clause) = try await opened(context)
        let detail = try await ClauseDetail.load(
            clause, charter: charter, desk: desk, frame: frame, principal: context.principal)
        return desk.html(
            ClausePage(
                clause, charter: charter, run: Self.run(of: clause.key, in: charter), detail: detail,
                isBroken: detail.isBroken, concerns: charter.lawConcerns[clause.key] ?? [],
                frame: frame, principal: context.principal),
            "charter/clause", context)
    }

    private func opened(_ context: StaffContext) async throws -> (Frame, Charter, Clause) {
        let key = try context.parameters.require("key")
        let (frame, charter) = try await open(context, path: Links.adherence(key))
        guard let clause = charter.clause(key) else { throw StorageError.notFound("clause") }
        return (frame, charter, clause)
    }

    @Sendable func workflow(_ request: Request, _ context: StaffContext) async throws -> Response {
        let key = try context.parameters.require("key")
        let (frame, charter) = try await open(context, path: Links.workflow(key))
        guard let workflow = charter.workflow(key) else { throw WorkflowRefusal(.unknownWorkflow(key), []) }
        return desk.html(WorkflowPage(workflow, charter: charter, frame: frame), "charter/workflow", context)
    }
}

/// A clause's detail alone, for live pages.
struct ClauseDetailPart {
    let detail: ClauseDetail
}
