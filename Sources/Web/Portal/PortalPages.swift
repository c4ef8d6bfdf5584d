import Cases
import Obligations
import Policy
import Primitives

/// A company's first page for its customers: what can be filed, and where a case is followed.
struct PortalHomePage {
    let visitor: VisitorShell
    let filings: [Filing]
    let hasFilings: Bool
    let followPath: String
    let number: String
    let message: String?
    let notice: String?
    /// Where members look after their cards; `nil` where the rules open no such page.
    let memberPath: String?

    struct Filing {
        let title: String
        let path: String
    }
}

/// What a visitor fills in.
struct PortalFilePage {
    let visitor: VisitorShell
    let title: String
    let action: String
    let stamp: String
    let person: [FieldPart]
    let fields: [FieldPart]
    let message: String?
    let backPath: String
}

/// A case as its customer sees it.
struct PortalCasePage {
    let visitor: VisitorShell
    let title: String
    let reference: String
    let state: String
    let filed: String
    let filedMachine: String
    let isClosed: Bool
    /// What is said to somebody who has just filed it.
    let welcome: String?
    let promises: [Promise]
    let hasPromises: Bool
    let answers: [Said]
    let hasAnswers: Bool
    let signPath: String?
    let hasSigned: Bool
    let words: [Said]
    let hasWords: Bool
    let photos: [Photo]
    let hasPhotos: Bool
    /// `nil` once the case is closed, or enough were sent.
    let photosPath: String?
    let photoNote: String
    let photoError: String?
    let wordsPath: String
    let wordsValue: String
    let wordsError: String?
    let opinionPath: String?
    let opinionError: String?
    let leavePath: String
    let formToken: String
    let done: String?

    struct Promise {
        let title: String
        let clause: String
        let by: String
        let machine: String
        let isLate: Bool
    }

    struct Photo {
        let name: String
        let size: String
        let time: String
        let machine: String
    }

    struct Said {
        let time: String
        let machine: String
        let title: String?
        let text: String
    }

    init(
        _ sight: PortalService.Sight, duties: [Obligation], house: House, formToken: String, isNew: Bool,
        done: String? = nil, words entered: String = "", wordsError: String? = nil, opinionError: String? = nil,
        photoError: String? = nil, largest: Int
    ) {
        let (words, time, language) = (house.words, house.time, house.language)
        let matter = sight.matter
        visitor = house.shell("/case")
        title = sight.workflow.title[language]
        reference = matter.reference
        let isOver = matter.closedAt != nil
        isClosed = isOver
        state = sight.portal.states[matter.state]?[language] ?? words(isOver ? "已办结" : "正在处理")
        filed = time.moment(matter.openedAt)
        filedMachine = time.zone.rfc3339(matter.openedAt)
        welcome = isNew ? sight.portal.answer?[language] ?? words("我们已经收到。") : nil
        promises = duties.filter { $0.state == .open && sight.portal.promises.contains($0.clause) }
            .sorted { $0.dueAt < $1.dueAt }.map { duty in
                Promise(
                    title: sight.charter.clause(duty.clause)?.title[language] ?? duty.clause, clause: duty.clause,
                    by: time.at(duty.dueAt), machine: time.zone.rfc3339(duty.dueAt),
                    isLate: duty.isOverdue(at: house.counter.now))
            }
        hasPromises = !promises.isEmpty
        let answers = sight.steps.flatMap { PortalCasePage.answers($0, sight, house) }
        self.answers = answers
        hasAnswers = !answers.isEmpty
        signPath = sight.signing.map { _ in house.path + "/case/signature" }
        hasSigned = sight.hasSigned
        self.words = sight.words.map { word in
            Said(
                time: time.moment(word.saidAt), machine: time.zone.rfc3339(word.saidAt),
                title: word.isSatisfied.map { words($0 ? "满意" : "不满意") }, text: word.words)
        }
        hasWords = !self.words.isEmpty
        photos = sight.photos.map {
            Photo(
                name: $0.name, size: ByteWords.size($0.size), time: time.moment($0.addedAt),
                machine: time.zone.rfc3339($0.addedAt))
        }
        hasPhotos = !photos.isEmpty
        photosPath =
            isOver || photos.count >= PortalService.photosACase ? nil : house.path + "/case/photos"
        photoNote = words(
            "最多{0}张，每张最多{1}。", String(PortalService.photosACase), ByteWords.size(largest))
        self.photoError = photoError
        wordsPath = house.path + "/case/words"
        wordsValue = entered
        self.wordsError = wordsError
        // Asked again only where something was answered since the last opinion.
        let judged = sight.words.last { $0.isSatisfied != nil }?.saidAt
        let answered = sight.steps.last { !PortalCasePage.answers($0, sight, house).isEmpty }?.at
        let isJudged = judged.map { judged in answered.map { $0 <= judged } ?? true } ?? false
        opinionPath = (!answers.isEmpty || isOver) && !isJudged ? house.path + "/case/opinion" : nil
        self.opinionError = opinionError
        leavePath = house.path + "/case/leaving"
        self.formToken = formToken
        self.done = done
    }

    /// What was said to the customer in a step; nothing else of it.
    private static func answers(_ step: CaseStep, _ sight: PortalService.Sight, _ house: House) -> [Said] {
        func said(_ title: String, _ text: String) -> Said {
            Said(
                time: house.time.moment(step.at), machine: house.time.zone.rfc3339(step.at), title: title, text: text)
        }
        if step.via != nil {
            guard let rule = sight.portal.signing, step.move == rule.move else { return [] }
            return [said(house.words("您签了字"), "")]
        }
        let form = step.form.flatMap(sight.charter.form)
        return (form?.fields ?? []).filter(\.isOutgoing).compactMap { field in
            step.fields[field.key].map { said(form?.title[house.language] ?? "", $0.text) }
        }
    }
}

/// What a customer signs, and the pad.
struct PortalSignPage {
    let visitor: VisitorShell
    let title: String
    let reference: String
    let lines: [CasePage.Section.Line]
    let action: String
    let formToken: String?
    let content: String?
    let fields: [FieldPart]
    let message: String?
    let backPath: String?

    init(
        _ sight: PortalService.Sight, _ signing: PortalService.Signing, house: House, page: String,
        formToken: String?, faults: FormFaults? = nil, name: String = "", signature: String = ""
    ) {
        let (charter, words) = (sight.charter, house.words)
        visitor = house.shell(page)
        title = signing.move.title[house.language]
        reference = sight.matter.reference
        let signed = signing.move.signs.compactMap(charter.form).flatMap(\.fields)
        lines = signing.rule.shown.compactMap { key in
            guard let field = signed.first(where: { $0.key == key }), let value = sight.record.latest(key),
                let text = FieldPart.said(value, field, house: house)
            else { return nil }
            let isLong = if case .text = field.kind { true } else { false }
            return CasePage.Section.Line(label: field.title[house.language], text: text, isLong: isLong)
        }
        action = house.path + page
        self.formToken = formToken
        content = formToken == nil ? nil : signing.content.hexadecimal
        let form = signing.move.form.flatMap(charter.form)
        fields = [(signing.rule.name, name), (signing.rule.signature, signature)].compactMap { key, value in
            guard let key, let field = form?.field(key) else { return nil }
            return FieldPart.visitor(
                field, value: value, error: faults?.text(at: key, words), house: house,
                hint: key == signing.rule.signature ? words("可用手指或鼠标写，也可键入姓名。") : nil)
        }
        message = faults.map { _ in words("还有几处要改") }
        backPath = formToken == nil ? nil : house.path + "/case"
    }
}

extension [UInt8] {
    /// Two digits a byte.
    var hexadecimal: String {
        map { byte in
            let digits = String(byte, radix: 16)
            return digits.count < 2 ? "0" + digits : digits
        }.joined()
    }
}
