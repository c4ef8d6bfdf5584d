import Cases
import Customers
import HTTPTypes
import Hummingbird
import Logging
import Obligations
import Organisations
import Policy
import Primitives
import Storage

/// What a company's customers find under `/portal/COMPANY`, without an account.
struct PortalRoutes {
    let desk: Desk
    let portal: PortalService
    let visit: PortalVisit
    let gate: PortalGate
    let members: MemberPageRoutes

    init(desk: Desk, portal: PortalService, limits: VisitorLimits, isSecure: Bool) {
        self.desk = desk
        self.portal = portal
        visit = PortalVisit(portal: portal, isSecure: isSecure)
        gate = PortalGate(portal: portal, limits: limits)
        members = MemberPageRoutes(desk: desk, portal: portal, visit: visit, gate: gate)
    }

    func add(to visitors: RouterGroup<DeskContext>) {
        let house = visitors.group("portal/:company")
            .add(middleware: PortalMiddleware(desk: desk, portal: portal, isSecure: visit.isSecure))
        house.get(use: home)
        house.get("file/:workflow", use: showForm)
        house.post("file/:workflow", use: file)
        house.post("follow", use: follow)
        house.get("case", use: show)
        house.post("case/words", use: say)
        house.post("case/photos", use: addPhoto)
        house.post("case/opinion", use: judge)
        house.post("case/leaving", use: leave)
        house.get("case/signature", use: showSignature)
        house.post("case/signature", use: sign)
        house.get("sign/:token", use: showLink)
        house.post("sign/:token", use: signByLink)
        house.get("signed", use: signed)
        members.add(to: house)
    }

    private func house(_ request: Request, _ context: DeskContext) async throws -> House {
        try await House(request, context, desk: desk, portal: portal)
    }

    // MARK: The first page

    @Sendable func home(_ request: Request, _ context: DeskContext) async throws -> Response {
        let house = try await house(request, context)
        let hasEnded = request.uri.queryParameters["ended"] != nil
        return homePage(house, notice: hasEnded ? house.words("请再输入编号和电话后四位。") : nil)
    }

    private func homePage(
        _ house: House, number: String = "", message: String? = nil, notice: String? = nil,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        let filings = house.counter.workflows.map {
            PortalHomePage.Filing(title: $0.title[house.language], path: house.path + "/file/" + $0.key)
        }
        return house.html(
            PortalHomePage(
                visitor: house.shell(), filings: filings, hasFilings: !filings.isEmpty,
                followPath: house.path + "/follow", number: number, message: message, notice: notice,
                memberPath: house.counter.charter.membership?.portal == nil ? nil : house.path + "/member"),
            "portal/home", status: status)
    }

    // MARK: Filing

    @Sendable func showForm(_ request: Request, _ context: DeskContext) async throws -> Response {
        let house = try await house(request, context)
        return try form(house, try context.parameters.require("workflow"), FormBody.empty, stamp: visit.stamp(house))
    }

    /// The fields that a portal asks for, with what was entered and what is wrong with it.
    private func form(
        _ house: House, _ key: String, _ body: FormBody, stamp: String, faults: FormFaults? = nil,
        message: String? = nil, status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let charter = house.counter.charter
        guard let workflow = charter.workflow(key), let rule = workflow.portal,
            let form = charter.form(workflow.start.form)
        else { throw PortalRefusal.noPortal }
        let words = house.words
        func person(_ key: String, _ title: String, _ type: String, _ autocomplete: String, _ hint: String?)
            -> FieldPart
        {
            var part = FieldPart(
                key: key, title: words(title), isRequired: true, clause: nil, value: body[key] ?? "",
                error: faults?.text(at: key, words), hint: hint)
            part.inputType = type
            part.autocomplete = autocomplete
            part.maximum = 100
            return part
        }
        return house.html(
            PortalFilePage(
                visitor: house.shell("/file/" + key), title: workflow.title[house.language],
                action: house.path + "/file/" + key, stamp: stamp,
                person: [
                    person(PortalService.nameField, "您的姓名", "text", "name", nil),
                    person(PortalService.phoneField, "电话", "tel", "tel", words("查进展时要用它的后四位。")),
                ],
                fields: rule.asked(of: form).map { field in
                    FieldPart.visitor(
                        field, value: body[field.key] ?? "", error: faults?.text(at: field.key, words), house: house)
                },
                message: message ?? faults.map { _ in words("还有几处要改") }, backPath: house.path),
            "portal/file", status: status)
    }

    @Sendable func file(_ request: Request, _ context: DeskContext) async throws -> Response {
        let house = try await house(request, context)
        let (key, words) = (try context.parameters.require("workflow"), house.words)
        let body = try await FormBody.read(request)
        let stamp = body["stamp"] ?? ""
        let number: String
        switch visit.read(stamp, house) {
        case .good(let found): number = found
        case .tooQuick:
            try await gate.robot(house)
            return try form(
                house, key, body, stamp: stamp, message: words("提交得太快了；请再看一遍，然后提交。"),
                status: .unprocessableContent)
        case .void:
            return try form(
                house, key, body, stamp: visit.stamp(house), message: words("这一页放得太久了；请核对后再提交。"),
                status: .unprocessableContent)
        }
        // People do not see this field.
        guard body["website"]?.isEmpty ?? true else {
            try await gate.robot(house)
            return try form(
                house, key, body, stamp: visit.stamp(house), message: words("“网址”一项请留空。"),
                status: .unprocessableContent)
        }
        do {
            let filing = try await portal.prepare(
                key, name: body[PortalService.nameField] ?? "", phone: body[PortalService.phoneField] ?? "",
                input: body.input, in: house.organisation)
            let id = try await once(number, body, filing, house)
            var response = Response.redirect(to: house.path + "/case?new=1")
            visit.admit(id, by: .matter, house, to: &response)
            return response
        } catch let faults as FormFaults {
            return try form(
                house, key, body, stamp: stamp, faults: faults, status: .unprocessableContent)
        }
    }

    /// Files once, however often the same page is sent.
    private func once(
        _ number: String, _ body: FormBody, _ filing: PortalService.Filing, _ house: House
    ) async throws -> CaseID {
        let (name, organisation, portal) = ("portal/" + number, house.organisation, portal)
        let fingerprint = RequestStore.fingerprint(
            of: body.fields.sorted { $0.key < $1.key }.flatMap { [Array($0.key.utf8), Array($0.value.utf8)] })
        let earlier = try await desk.database.write(for: organisation) { transaction in
            try RequestStore(transaction).answer(to: name, of: organisation, fingerprint: fingerprint)?.text
        }
        if let earlier = earlier.flatMap({ CaseID($0) }) { return earlier }
        try await gate.file(house)
        try await gate.file(with: filing.phone.digits, house)
        let text = try await desk.database.write(for: organisation) { transaction in
            try RequestStore(transaction).once(name, of: organisation, fingerprint: fingerprint) {
                RequestAnswer(
                    status: 303, text: try portal.file(filing, in: organisation, transaction).id.description)
            }.text
        }
        guard let id = CaseID(text) else { throw StorageError.notFound("case") }
        return id
    }

    // MARK: Following

    @Sendable func follow(_ request: Request, _ context: DeskContext) async throws -> Response {
        let house = try await house(request, context)
        let body = try await FormBody.read(request)
        let (portal, organisation) = (portal, house.organisation)
        let (number, found) = try await gate.match(body, house) {
            try await portal.match(number: $0, ending: $1, in: organisation)
        }
        guard let found else {
            return homePage(
                house, number: number,
                message: house.words("编号或电话后四位不对；请对照登记时给您的编号。"), status: .unprocessableContent)
        }
        var response = Response.redirect(to: house.path + "/case")
        visit.admit(found, by: .matter, house, to: &response)
        return response
    }

    /// The case that the visitor named; `nil` leads back to the first page.
    private func named(_ request: Request, _ house: House) -> (id: CaseID, token: String)? {
        visit.admitted(by: .matter, request, house)
    }

    private func ended(_ house: House) -> Response { .redirect(to: house.path + "?ended=1") }

    @Sendable func show(_ request: Request, _ context: DeskContext) async throws -> Response {
        let house = try await house(request, context)
        guard let named = named(request, house) else { return ended(house) }
        let query = request.uri.queryParameters
        let done: String? =
            switch query["done"] {
            case "words": house.words("已收到您的补充，经办人会看到。")
            case "opinion": house.words("谢谢您的评价。")
            case "photo": house.words("照片已收到，经办人会看到。")
            case "signed": house.words("签字已收到。")
            default: nil
            }
        return try await casePage(house, named, isNew: query["new"] != nil, done: done)
    }

    private func casePage(
        _ house: House, _ named: (id: CaseID, token: String), isNew: Bool = false, done: String? = nil,
        words: String = "", wordsError: String? = nil, opinionError: String? = nil, photoError: String? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let sight = try await portal.sight(of: named.id, in: house.organisation)
        return house.html(
            PortalCasePage(
                sight, duties: try await duties(sight, house), house: house, formToken: named.token, isNew: isNew,
                done: done, words: words, wordsError: wordsError, opinionError: opinionError, photoError: photoError,
                largest: desk.attachments.limits.largest),
            "portal/case", status: status)
    }

    /// The case's duties, of which the page tells only what the charter promises to customers.
    private func duties(_ sight: PortalService.Sight, _ house: House) async throws -> [Obligation] {
        let reader = Principal(
            organisation: house.organisation, staff: sight.matter.openedBy, name: "", unit: sight.matter.unit,
            subtree: [], post: sight.portal.post, may: [.readObligations: .all])
        return try await desk.obligations.list(ofCase: sight.matter.id, for: reader)
    }

    // MARK: Words, opinion

    /// A form of the case's page; its token is the visit's.
    private func form(_ request: Request, _ named: (id: CaseID, token: String)) async throws -> FormBody {
        let body = try await FormBody.read(request)
        guard VisitorSeal.equal(body["form_token"] ?? "", named.token) else { throw FormTokenMismatch() }
        return body
    }

    @Sendable func say(_ request: Request, _ context: DeskContext) async throws -> Response {
        let house = try await house(request, context)
        guard let named = named(request, house) else { return ended(house) }
        let body = try await form(request, named)
        let (portal, organisation) = (portal, house.organisation)
        do {
            try await desk.database.write(for: organisation) { transaction in
                try portal.say(body["words"] ?? "", in: named.id, of: organisation, transaction)
            }
            return .redirect(to: house.path + "/case?done=words")
        } catch let faults as FormFaults {
            return try await casePage(
                house, named, words: body["words"] ?? "", wordsError: faults.text(at: "words", house.words),
                status: .unprocessableContent)
        }
    }

    @Sendable func addPhoto(_ request: Request, _ context: DeskContext) async throws -> Response {
        let house = try await house(request, context)
        guard let named = named(request, house) else { return ended(house) }
        guard var upload = Upload(request) else { throw RequestFault.notAForm }
        let (portal, attachments, organisation) = (portal, desk.attachments, house.organisation)
        do {
            let file = try await portal.receivePhoto(in: named.id, of: organisation, attachments) { intake in
                try await upload.receive(limit: attachments.limits.largest, into: &intake) { fields in
                    guard VisitorSeal.equal(fields["form_token"] ?? "", named.token) else { throw FormTokenMismatch() }
                }
            }
            try await attachments.settling(file, of: organisation) {
                try await desk.database.write(for: organisation) { transaction in
                    try portal.addPhoto(file, to: named.id, of: organisation, attachments, in: transaction)
                }
            }
            return .redirect(to: house.path + "/case?done=photo#photos")
        } catch {
            await upload.hearOut()
            guard error is AttachmentRefusal || error is PortalRefusal else { throw error }
            context.logger.notice("photo refused", metadata: ["case": "\(named.id)", "why": "\(error)"])
            let answer = Answer(error, words: house.words, charter: house.counter.charter)
            return try await casePage(house, named, photoError: answer.text, status: answer.status)
        }
    }

    @Sendable func judge(_ request: Request, _ context: DeskContext) async throws -> Response {
        let house = try await house(request, context)
        guard let named = named(request, house) else { return ended(house) }
        let body = try await form(request, named)
        guard let opinion = body["satisfied"], ["true", "false"].contains(opinion) else {
            return try await casePage(
                house, named, opinionError: house.words("请选满意或不满意"), status: .unprocessableContent)
        }
        let (portal, organisation) = (portal, house.organisation)
        do {
            try await desk.database.write(for: organisation) { transaction in
                try portal.judge(
                    isSatisfied: opinion == "true", body["words"] ?? "", in: named.id, of: organisation, transaction)
            }
            return .redirect(to: house.path + "/case?done=opinion")
        } catch let faults as FormFaults {
            return try await casePage(
                house, named, opinionError: faults.faults.first?.problem.text(house.words),
                status: .unprocessableContent)
        }
    }

    @Sendable func leave(_ request: Request, _ context: DeskContext) async throws -> Response {
        let house = try await house(request, context)
        if let named = named(request, house) { _ = try await form(request, named) }
        var response = Response.redirect(to: house.path)
        visit.leave(by: .matter, house, on: &response)
        return response
    }

    // MARK: Signing

    private func nothingToSign(_ house: House) -> Response {
        tell(house, "没有要签的", "现在没有等您签字的内容；可回到查询页看进展。", back: house.path + "/case", status: .conflict)
    }

    private func tell(
        _ house: House, _ title: String, _ text: String, back: String?, isGood: Bool = false,
        status: HTTPResponse.Status
    ) -> Response {
        house.html(
            PortalTellPage(
                visitor: house.shell(), title: house.words(title), text: house.words(text), number: nil,
                backPath: back, backTitle: house.words(back == house.path + "/case" ? "看进展" : "客服主页"),
                isGood: isGood),
            "portal/tell", status: status)
    }

    @Sendable func showSignature(_ request: Request, _ context: DeskContext) async throws -> Response {
        let house = try await house(request, context)
        guard let named = named(request, house) else { return ended(house) }
        let sight = try await portal.sight(of: named.id, in: house.organisation)
        guard let signing = sight.signing else { return nothingToSign(house) }
        return house.html(
            PortalSignPage(sight, signing, house: house, page: "/case/signature", formToken: named.token),
            "portal/sign")
    }

    @Sendable func sign(_ request: Request, _ context: DeskContext) async throws -> Response {
        let house = try await house(request, context)
        guard let named = named(request, house) else { return ended(house) }
        let body = try await form(request, named)
        let (portal, organisation) = (portal, house.organisation)
        let sight = try await portal.sight(of: named.id, in: organisation)
        guard let signing = sight.signing else { return nothingToSign(house) }
        guard VisitorSeal.equal(body["content"] ?? "", signing.content.hexadecimal) else {
            throw PortalRefusal.changed
        }
        let (name, signature) = Self.written(body, signing.rule)
        do {
            let numbers = try await portal.prepareSigning(named.id, in: organisation)
            try await desk.database.write(for: organisation) { transaction in
                try portal.sign(
                    named.id, content: signing.content, name: name, signature: signature, numbers: numbers,
                    of: organisation, transaction)
            }
            return .redirect(to: house.path + "/case?done=signed")
        } catch let faults as FormFaults {
            return house.html(
                PortalSignPage(
                    sight, signing, house: house, page: "/case/signature", formToken: named.token, faults: faults,
                    name: name, signature: signature), "portal/sign", status: .unprocessableContent)
        }
    }

    private static func written(_ body: FormBody, _ rule: Portal.Signing) -> (name: String, signature: String) {
        (rule.name.flatMap { body[$0] } ?? "", body[rule.signature] ?? "")
    }

    @Sendable func showLink(_ request: Request, _ context: DeskContext) async throws -> Response {
        let house = try await house(request, context)
        let token = try context.parameters.require("token")
        switch try await portal.open(link: token, in: house.organisation) {
        case .refused(let reason): return try await refused(reason, house)
        case .good(let sight, let signing):
            return house.html(
                PortalSignPage(sight, signing, house: house, page: "/sign/" + token, formToken: nil), "portal/sign")
        }
    }

    @Sendable func signByLink(_ request: Request, _ context: DeskContext) async throws -> Response {
        let house = try await house(request, context)
        let token = try context.parameters.require("token")
        let body = try await FormBody.read(request)
        let opened = try await portal.open(link: token, in: house.organisation)
        guard case .good(let sight, let signing) = opened else {
            if case .refused(let reason) = opened { return try await refused(reason, house) }
            return nothingToSign(house)
        }
        let (name, signature) = Self.written(body, signing.rule)
        do {
            if let reason = try await portal.sign(
                link: token, name: name, signature: signature, in: house.organisation)
            {
                return try await refused(reason, house)
            }
            return .redirect(to: house.path + "/signed")
        } catch let faults as FormFaults {
            return house.html(
                PortalSignPage(
                    sight, signing, house: house, page: "/sign/" + token, formToken: nil, faults: faults, name: name,
                    signature: signature), "portal/sign", status: .unprocessableContent)
        }
    }

    private func refused(_ reason: SigningLink.Refusal, _ house: House) async throws -> Response {
        switch reason {
        case .unknown:
            try await gate.link(house)
            return tell(house, "没有这个链接", "请核对地址，或请客服重新发一个。", back: house.path, status: .notFound)
        case .used: return tell(house, "已经签过字了", "这个链接只能用一次；您的签字我们已经收到。", back: house.path, status: .gone)
        case .expired: return tell(house, "链接过期了", "请客服重新发一个。", back: house.path, status: .gone)
        case .changed: return tell(house, "内容已经改了", "所签的内容在发出链接后改过；请客服重新发一个。", back: house.path, status: .gone)
        case .passed: return tell(house, "不用再签了", "这件事已经往下办了，不用再签。", back: house.path, status: .gone)
        }
    }

    @Sendable func signed(_ request: Request, _ context: DeskContext) async throws -> Response {
        let house = try await house(request, context)
        return tell(house, "签字已收到", "谢谢您。可用编号和电话后四位随时查进展。", back: house.path, isGood: true, status: .ok)
    }
}
