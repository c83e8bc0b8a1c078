package io.gatehouse.dist;

import io.gatehouse.core.rdp.RdpFile;
import io.gatehouse.core.rdp.RdpSetting;
import io.gatehouse.core.rdp.RdpTemplate;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.formats.file.RegularFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Reads and changes {@code .rdp} files for commands. */
final class RdpFiles {
    /** More than any client writes; the model checks the exact limit. */
    private static final int LARGEST_INPUT = 1 << 20;

    /** Settings with a secret in them. */
    private static final List<String> SECRETS =
            List.of("gatewayaccesstoken", "password 51", "gatewaypassword", "clear password", "password");

    private RdpFiles() {}

    /**
     * What RDP clients would understand of {@code file}.
     *
     * @param err is told what else stands there
     */
    static RdpFile read(Path file, PrintWriter err) throws CommandException, IOException {
        byte[] bytes;
        try (InputStream input = RegularFile.open(file)) {
            bytes = input.readNBytes(LARGEST_INPUT);
        } catch (NoSuchFileException _) {
            throw CommandException.failed(file + ": there is no such file");
        }
        return switch (RdpTemplate.read(bytes)) {
            case Parsed.Valid<RdpTemplate>(RdpTemplate template) -> {
                template.notes().forEach(note -> err.println("warning: " + file + ": " + note));
                err.flush();
                yield template.file();
            }
            case Parsed.Faulty<RdpTemplate>(String problem) -> throw CommandException.failed(file + ": " + problem);
        };
    }

    /**
     * Writes {@code content}; whoever has a file with a token or a saved password in it is the user, so only its owner
     * reads it.
     */
    static void write(Path file, RdpFile content) throws IOException {
        if (SECRETS.stream().anyMatch(name -> content.find(name).isPresent())) {
            PrivateFiles.write(file, content.encode());
        } else {
            PrivateFiles.writePublic(file, content.encode());
        }
    }

    /** {@code original} with the settings of {@code --set}. */
    static RdpFile changed(RdpFile original, List<String> changes) throws CommandException {
        RdpFile changed = original;
        for (String change : changes) {
            changed = switch (RdpSetting.parse(change)) {
                case Parsed.Valid<RdpSetting>(RdpSetting setting) -> changed.with(setting);
                case Parsed.Faulty<RdpSetting>(String problem) ->
                    throw CommandException.wrong("--set " + change + ": " + problem);
            };
        }
        return changed;
    }
}
