package io.gatehouse.core.rdp;

import io.gatehouse.core.text.Parsed;
import java.util.List;

/**
 * A {@code .rdp} file that somebody else wrote, read as RDP clients read it: what they would not understand is left out
 * and told, and everything else is kept.
 *
 * @param file the settings that are kept
 * @param notes what was left out or changed, each with its line; texts of the file are not quoted
 */
public record RdpTemplate(RdpFile file, List<String> notes) {
    public RdpTemplate {
        notes = List.copyOf(notes);
    }

    /**
     * Reads a file in any encoding that clients write: UTF-16 of either byte order, UTF-8 with or without a byte order
     * mark. It is refused when it is no text, too large or without a single setting. Of two settings of one name the
     * later one counts, as it does for FreeRDP.
     */
    public static Parsed<RdpTemplate> read(byte[] bytes) {
        return switch (RdpLines.read(bytes)) {
            case Parsed.Faulty<RdpLines>(String problem) -> Parsed.faulty(problem);
            case Parsed.Valid<RdpLines>(RdpLines lines) -> {
                List<String> notes =
                        lines.remarks().stream().map(RdpLines.Remark::note).toList();
                yield lines.file().settings().isEmpty()
                        ? Parsed.faulty("no setting in it (expected lines such as full address:s:host)"
                                + (notes.isEmpty() ? "" : "; " + RdpLines.joined(notes)))
                        : Parsed.valid(new RdpTemplate(lines.file(), notes));
            }
        };
    }
}
