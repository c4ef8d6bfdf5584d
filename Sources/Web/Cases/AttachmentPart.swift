import Cases
import Organisations
import Policy
import Primitives

/// The files of a case, as its page shows them.
struct AttachmentPart: TemplateRow {
    /// Each a `FileLine`.
    let files: HTML?
    let drop: HTML?
    let packPath: String?

    enum Tag: String, CaseIterable {
        case files, drop, packPath
    }

    func text(_ tag: Tag) -> String? { tag == .packPath ? packPath : nil }

    func html(_ tag: Tag) -> HTML? {
        switch tag {
        case .files: files
        case .drop: drop
        case .packPath: nil
        }
    }

    struct FileLine: TemplateRow {
        let form: FormMarks
        let id: String
        let name: String
        /// `nil` where the reader may not open it.
        let path: String?
        /// Of a picture.
        let picture: String?
        let icon: String
        let kind: String
        let size: String
        let by: String
        let at: String
        let machine: String
        /// Why it was taken back, by whom and when.
        let withdrawn: String?
        /// Of what may be taken back.
        let withdrawPath: String?

        enum Tag: String, CaseIterable {
            case id, name, path, picture, icon, kind, size, by, at, machine, withdrawn, withdrawPath, assets
            case formToken = "shell.formToken"
            case formKey = "shell.formKey"
        }

        func text(_ tag: Tag) -> String? {
            switch tag {
            case .id: id
            case .name: name
            case .path: path
            case .picture: picture
            case .icon: icon
            case .kind: kind
            case .size: size
            case .by: by
            case .at: at
            case .machine: machine
            case .withdrawn: withdrawn
            case .withdrawPath: withdrawPath
            case .assets: form.assets
            case .formToken: form.token
            case .formKey: form.key
            }
        }
    }

    /// Where a file is put.
    struct DropZone: TemplateRow {
        let shell: Shell
        let path: String
        /// Where to go then, if not to the case.
        let back: String?
        let limit: Int
        let note: String
        let tooLarge: String

        enum Tag: String, CaseIterable {
            case path, back, limit, note, tooLarge
            case assets = "shell.assets"
            case formToken = "shell.formToken"
            case formKey = "shell.formKey"
        }

        func text(_ tag: Tag) -> String? {
            switch tag {
            case .path: path
            case .back: back
            case .limit: String(limit)
            case .note: note
            case .tooLarge: tooLarge
            case .assets: shell.assets
            case .formToken: shell.formToken
            case .formKey: shell.formKey
            }
        }
    }

    init(
        _ detail: CaseService.Detail, limits: AttachmentLimits, frame: Frame, rows: CaseTemplates, principal: Principal
    ) {
        let (words, matter) = (frame.words, detail.matter)
        let time = TimeWords(words: words, zone: detail.charter.calendar.zone, now: detail.now)
        let isAtWork = principal.can(.actOnCases) && matter.closedAt == nil
        let mayReveal = principal.can(.revealCustomers)
        let marks = FormMarks(frame.shell)
        let folder = "/cases/\(matter.id)/attachments/"
        files =
            rows.file.render(
                detail.attachments.map { file in
                    let isOpen = file.isOpen(to: principal.staff, mayReveal: mayReveal)
                    let id = file.id.description
                    let path = folder + id
                    return FileLine(
                        form: marks, id: id, name: file.name, path: isOpen ? path : nil,
                        picture: isOpen && file.kind.isPicture ? path : nil,
                        icon: file.kind.icon, kind: file.kind.title(words), size: ByteWords.size(file.size),
                        by: file.via == nil ? detail.names[file.addedBy] ?? "" : words("顾客"),
                        at: time.moment(file.addedAt),
                        machine: time.zone.rfc3339(file.addedAt),
                        withdrawn: file.withdrawal.map {
                            words("{0}于{1}撤回：{2}", detail.names[$0.by] ?? "", time.moment($0.at), $0.why)
                        },
                        withdrawPath: isAtWork && file.withdrawal == nil ? path : nil)
                }
            ).ifAny
        drop =
            isAtWork
            ? rows.drop.render(DropZone(matter.id, limits: limits, back: nil, words: words, shell: frame.shell)) : nil
        packPath = detail.attachments.isEmpty ? nil : "/cases/\(matter.id)/evidence.zip"
    }
}

extension AttachmentPart.DropZone {
    init(_ matter: CaseID, limits: AttachmentLimits, back: String?, words: Words, shell: Shell) {
        self.shell = shell
        path = "/cases/\(matter)/attachments"
        self.back = back
        limit = limits.largest
        let most = ByteWords.size(limits.largest)
        note = words("图片、PDF、文字、表格、办公文档、录音、录像；每个最多{0}", most)
        tooLarge = words("最多{0}；请压缩后再传。", most)
    }
}

extension FileKind {
    /// The drawing that stands for it.
    var icon: String {
        switch self {
        case .jpeg, .png, .gif, .webp, .heic: "photo"
        case .mp3, .m4a, .wav, .amr: "sound"
        case .csv, .sheet, .openSheet: "chart"
        default: "file"
        }
    }

    func title(_ words: Words) -> String {
        switch self {
        case .jpeg, .png, .gif, .webp, .heic: words("图片")
        case .pdf: "PDF"
        case .text: words("文字")
        case .csv, .sheet, .openSheet: words("表格")
        case .word, .openText: words("文档")
        case .slides, .openSlides: words("演示")
        case .oldOffice: words("办公文档")
        case .mp4, .quickTime: words("录像")
        case .mp3, .m4a, .wav, .amr: words("录音")
        }
    }
}

/// Sizes as people read them.
enum ByteWords {
    /// `20 MB`, `1.5 MB`, `320 KB`, `12 B`
    static func size(_ bytes: Int) -> String {
        if bytes < 1024 { return "\(bytes) B" }
        if bytes < 1 << 20 { return "\((bytes + 512) / 1024) KB" }
        let tenths = (bytes * 10 + (1 << 19)) >> 20
        return tenths % 10 == 0 ? "\(tenths / 10) MB" : "\(tenths / 10).\(tenths % 10) MB"
    }
}
