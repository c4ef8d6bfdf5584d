import Mustache

// What each tag of the case page stands for. swift-mustache would find it by reflection, tag by tag and row by row, which
// took five sixths of the time that the page of a long case takes.

extension AttachmentPart: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "files": files
        case "isEmpty": isEmpty
        case "drop": drop
        case "packPath": packPath
        default: nil
        }
    }
}

extension AttachmentPart.DropZone: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "path": path
        case "back": back
        case "limit": limit
        case "note": note
        case "tooLarge": tooLarge
        default: nil
        }
    }
}

extension AttachmentPart.FileLine: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "id": id
        case "name": name
        case "path": path
        case "savePath": savePath
        case "picture": picture
        case "icon": icon
        case "kind": kind
        case "size": size
        case "by": by
        case "at": at
        case "machine": machine
        case "withdrawn": withdrawn
        case "withdrawPath": withdrawPath
        default: nil
        }
    }
}

extension CasePage: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "shell": shell
        case "reference": reference
        case "workflowTitle": workflowTitle
        case "summary": summary
        case "facts": facts
        case "customerName": customerName
        case "customerPath": customerPath
        case "due": due
        case "flowTitle": flowTitle
        case "flow": flow
        case "registered": registered
        case "acts": acts
        case "hasActs": hasActs
        case "days": days
        case "earlierPath": earlierPath
        case "newestPath": newestPath
        case "attachments": attachments
        case "duties": duties
        case "handOver": handOver
        case "merged": merged
        case "paused": paused
        case "pausing": pausing
        case "merging": merging
        case "tookIn": tookIn
        case "hasTakenIn": hasTakenIn
        case "earlier": earlier
        case "links": links
        case "signatures": signatures
        case "finding": finding
        case "said": said
        case "hasSaid": hasSaid
        case "printPath": printPath
        case "hasSignatures": hasSignatures
        case "hasLinks": hasLinks
        case "stateTitle": stateTitle
        case "livePath": livePath
        default: nil
        }
    }
}

extension CasePage.Act: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "key": key
        case "title": title
        case "path": path
        case "linkPath": linkPath
        case "clause": clause
        case "why": why
        case "isFirst": isFirst
        default: nil
        }
    }
}

extension CasePage.Day: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "title": title
        case "events": events
        default: nil
        }
    }
}

extension CasePage.Day.Entry: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "time": time
        case "machine": machine
        case "face": face
        case "text": text
        case "detail": detail
        case "clause": clause
        case "tone": tone
        case "isBroken": isBroken
        default: nil
        }
    }
}

extension CasePage.DutyLine: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "id": id
        case "clause": clause
        case "isBroken": isBroken
        case "title": title
        case "path": path
        case "holder": holder
        case "due": due
        default: nil
        }
    }
}

extension CasePage.Earlier: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "path": path
        case "reference": reference
        case "summary": summary
        case "opened": opened
        default: nil
        }
    }
}

extension CasePage.Flow: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "nodes": nodes
        default: nil
        }
    }
}

extension CasePage.Flow.Node: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "clause": clause
        case "name": name
        case "under": under
        case "isDone": isDone
        case "isNow": isNow
        case "isLate": isLate
        case "isNext": isNext
        default: nil
        }
    }
}

extension CasePage.HandOver: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "path": path
        case "revision": revision
        case "people": people
        default: nil
        }
    }
}

extension CasePage.Merged: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "path": path
        case "text": text
        case "undoPath": undoPath
        case "revision": revision
        default: nil
        }
    }
}

extension CasePage.Merging: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "path": path
        case "revision": revision
        case "targets": targets
        default: nil
        }
    }
}

extension CasePage.Paused: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "since": since
        case "machine": machine
        case "reason": reason
        case "path": path
        case "revision": revision
        default: nil
        }
    }
}

extension CasePage.Pausing: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "path": path
        case "revision": revision
        case "clause": clause
        default: nil
        }
    }
}

extension CasePage.Said: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "time": time
        case "machine": machine
        case "opinion": opinion
        case "text": text
        default: nil
        }
    }
}

extension CasePage.Section: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "title": title
        case "clause": clause
        case "lines": lines
        default: nil
        }
    }
}

extension CasePage.Section.Line: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "label": label
        case "text": text
        case "isLong": isLong
        case "table": table
        case "path": path
        default: nil
        }
    }
}

extension CasePage.Section.TableText: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "columns": columns
        case "rows": rows
        default: nil
        }
    }
}

extension CasePage.Section.TableText.TableRowText: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "cells": cells
        default: nil
        }
    }
}

extension CasePage.SignatureLine: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "title": title
        case "post": post
        case "name": name
        case "at": at
        case "machine": machine
        case "seal": seal
        case "isVoid": isVoid
        case "clause": clause
        default: nil
        }
    }
}
