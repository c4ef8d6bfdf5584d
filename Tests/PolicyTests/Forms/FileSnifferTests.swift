import Policy
import Testing

/// What a file is, by its content, and what is not taken.
struct FileSnifferTests {
    private static func kind(_ bytes: [UInt8], _ name: String = "", _ said: String? = nil, piece: Int = 7) throws
        -> FileKind
    {
        var sniffer = FileSniffer()
        for start in stride(from: 0, to: bytes.count, by: piece) {
            sniffer.take(bytes[start..<min(start + piece, bytes.count)])
        }
        return try sniffer.kind(name: name, said: said)
    }

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// A zip archive's beginning with entries of those names.
    private static func zip(_ names: String...) -> [UInt8] {
        names.flatMap { name -> [UInt8] in
            let length = UInt8(name.utf8.count)
            return [0x50, 0x4B, 3, 4, 20, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 16) + [length, 0, 0, 0]
                + Array(name.utf8)
        }
    }

    private static func odf(_ kind: String) -> [UInt8] {
        zip("mimetype") + bytes("application/vnd.oasis.opendocument." + kind)
    }

    @Test(arguments: [
        (FileKind.jpeg, [0xFF, 0xD8, 0xFF, 0xE0, 0, 16]), (.png, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0]),
        (.gif, bytes("GIF89a\u{1}")), (.webp, bytes("RIFF\u{1}\u{2}\u{3}\u{4}WEBPVP8 ")),
        (.wav, bytes("RIFF\u{1}\u{2}\u{3}\u{4}WAVEfmt ")), (.heic, [0, 0, 0, 24] + bytes("ftypheic")),
        (.mp4, [0, 0, 0, 24] + bytes("ftypisom")), (.quickTime, [0, 0, 0, 24] + bytes("ftypqt  ")),
        (.m4a, [0, 0, 0, 24] + bytes("ftypM4A ")), (.pdf, bytes("%PDF-1.7\n")), (.mp3, bytes("ID3\u{3}")),
        (.mp3, [0xFF, 0xFB, 0x90, 0x64]), (.amr, bytes("#!AMR\n\u{4}")),
        (.oldOffice, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
        (.word, zip("[Content_Types].xml", "_rels/.rels", "word/document.xml")),
        (.sheet, zip("[Content_Types].xml", "xl/workbook.xml")), (.slides, zip("_rels/.rels", "ppt/presentation.xml")),
        (.openText, odf("text")), (.openSheet, odf("spreadsheet")), (.openSlides, odf("presentation")),
        (.text, bytes("灯不亮，\r\n已答应换。\t完")), (.text, [0xB5, 0xC6, 0xB2, 0xBB, 0xC1, 0xC1]),
        (.text, [0x81, 0x30, 0x81, 0x30, 0x0A]),
        (.text, bytes("a < b, and b > c; 1 <html is no tag name> ".replacing("<html", with: "< html"))),
    ])
    func `a file is what its content says`(kind: FileKind, bytes: [UInt8]) throws {
        #expect(try Self.kind(bytes) == kind)
        #expect(try Self.kind(bytes, piece: 1) == kind)
        let ending = try #require(kind.endings.first)
        #expect(try Self.kind(bytes, "x." + ending, kind.mediaType + "; charset=utf-8") == kind)
    }

    @Test(arguments: [
        ("<!DOCTYPE html><p>x", ""), ("  \n<HTML>", "a.txt"), ("<svg onload=x>", "a.png"), ("x <script>y", "chat.txt"),
        ("<?xml version='1.0'?><a/>", ""), ("#!/bin/sh\nrm", ""), ("<?php x", "a.txt"), ("好好的", "a.html"),
        ("好好的", "a.SVG"), ("好好的", "run.bat"), ("\u{FEFF}<body>", ""),
    ])
    func `what a browser or a shell would run is not taken, whatever it is called`(text: String, name: String) {
        #expect(throws: AttachmentRefusal.running) { try Self.kind(Self.bytes(text), name) }
    }

    @Test func `nor whatever its sender calls it`() {
        for type in ["text/html", "image/svg+xml; charset=utf-8", "Application/JavaScript"] {
            #expect(throws: AttachmentRefusal.running) { try Self.kind(Self.bytes("好好的"), "a.txt", type) }
        }
    }

    @Test(arguments: [
        ("photo.jpg", nil, FileKind.text, ".jpg"), ("scan.pdf", nil, .text, ".pdf"),
        ("a.txt", "image/png", .text, "image/png"),
        ("", "application/pdf", .text, "application/pdf"),
    ])
    func `a name or a sender that says otherwise is refused`(
        name: String, said: String?, found: FileKind, claimed: String
    ) {
        #expect(throws: AttachmentRefusal.lying(claimed: claimed, found: found)) {
            try Self.kind(Self.bytes("不是图"), name, said)
        }
    }

    @Test func `a picture under another picture's name is refused too`() {
        #expect(throws: AttachmentRefusal.lying(claimed: ".png", found: .jpeg)) {
            try Self.kind([0xFF, 0xD8, 0xFF, 0xE0], "a.png")
        }
    }

    @Test func `a list is text that is called a list, and what browsers call it is known`() throws {
        let list = Self.bytes("姓名,电话\n")
        #expect(try Self.kind(list, "a.csv") == .csv)
        #expect(try Self.kind(list, "a.csv", "application/vnd.ms-excel") == .csv)
        #expect(try Self.kind(list, "", "text/csv") == .csv)
        #expect(try Self.kind(list, "a.txt") == .text)
        #expect(try Self.kind(list, "a.weird", "application/octet-stream") == .text)
    }

    @Test func `what is empty, or nothing of these, is refused`() {
        #expect(throws: AttachmentRefusal.empty) { try Self.kind([], "a.txt") }
        for bytes in [
            [0x4D, 0x5A, 0x90, 0], [0x7F, 0x45, 0x4C, 0x46], [0, 1, 2], Self.zip("a.exe"), [0xFF, 0xFE, 0x41, 0],
            Self.zip("[Content_Types].xml", "word/vbaProject.bin"), Self.bytes("bell\u{7}"),
        ] {
            #expect(throws: AttachmentRefusal.unknownKind, "\(bytes)") { try Self.kind(bytes) }
        }
    }

    @Test func `no more than the beginning is kept`() throws {
        var sniffer = FileSniffer()
        let piece = [UInt8](repeating: 0x41, count: 100_000)
        for _ in 0..<20 { sniffer.take(piece) }
        #expect(sniffer.size == 2_000_000)
        #expect(try sniffer.kind(name: "a.txt", said: nil) == .text)
    }
}

/// A name from outside is for people, and never for a path.
struct FileNameTests {
    @Test(arguments: [
        ("照片.jpg", "照片.jpg"), ("../../etc/passwd", "passwd"), (#"C:\Users\an\合同.pdf"#, "合同.pdf"), ("/", nil),
        ("..", nil), ("", nil), (".htaccess", "htaccess"), ("a\u{0}b\r\nc.txt", "abc.txt"),
        ("\u{202E}gpj.exe", "gpj.exe"), ("发\u{200F}票\u{2066}.pdf", "发票.pdf"), ("  账 \u{3000}单 .png", "账  单 .png"),
        ("a. .", "a"), ("a/\u{301}b", "\u{301}b"),
    ])
    func `it is cut to its last part and cleaned`(name: String, clean: String?) {
        #expect(FileName.cleaned(name) == clean)
    }

    @Test func `a long one keeps its ending`() throws {
        let name = try #require(FileName.cleaned(String(repeating: "长", count: 500) + ".PDF"))
        #expect(name.unicodeScalars.count == 120 && name.hasSuffix("长.pdf"))
        #expect(
            FileName.ending(of: "a.tar.GZ") == "gz" && FileName.ending(of: "a.") == "" && FileName.ending(of: "a") == ""
        )
        #expect(FileName.ending(of: "a.ending-with-dash") == "")
    }
}
