package io.gatehouse.jetty.portal;

import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.DesktopConfig;
import io.gatehouse.core.config.PortalConfig;
import io.gatehouse.core.policy.DnsSuffix;
import io.gatehouse.core.portal.Desktop;
import io.gatehouse.core.rdp.RdpFile;
import io.gatehouse.core.rdp.RdpSigner;
import io.gatehouse.core.rdp.RdpTemplate;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.formats.file.RegularFile;
import io.gatehouse.jetty.edge.TlsFiles;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the files that the portal's tables name.
 */
public final class PortalFiles {
    private static final int LARGEST_TEMPLATE = 1 << 20;
    private static final int LARGEST_LOGO = 1 << 20;

    private final List<String> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private PortalFiles() {}

    /**
     * What was found.
     *
     * @param problems reasons not to start
     * @param notes what of the files is not used
     */
    public record Findings(List<String> problems, List<String> notes) {
        public Findings {
            problems = List.copyOf(problems);
            notes = List.copyOf(notes);
        }
    }

    /** The content of all files that the portal needs. */
    record Content(
            RdpFile template,
            List<Desktop> desktops,
            Optional<Logo> logo,
            Optional<RdpSigner> signer,
            Optional<X509Certificate> publisher) {}

    /** The content of the files that a reload reads again. */
    record Reloadable(RdpFile template, List<Desktop> desktops) {
        Reloadable {
            desktops = List.copyOf(desktops);
        }
    }

    /** Whether the signing pair is still to be made by {@code gatehouse run}. */
    public static boolean isSignerToBeMade(PortalConfig.Signing signing) {
        return signing.selfSigned() && Files.notExists(signing.certificate()) && Files.notExists(signing.key());
    }

    /**
     * What is to be said of the files of {@code [portal]} and {@code [[desktop]]}; a pair that is to be made is no
     * problem.
     */
    public static Findings check(Configuration configuration, Clock clock) {
        PortalFiles files = new PortalFiles();
        configuration.gateway().portal().ifPresent(portal -> files.read(portal, configuration, clock));
        return new Findings(files.problems, files.notes);
    }

    /**
     * Reads all files.
     *
     * @throws GatewayStartException with everything that is wrong
     */
    static Content read(Configuration configuration, PortalConfig portal, Clock clock) throws GatewayStartException {
        PortalFiles files = new PortalFiles();
        Content content = files.read(portal, configuration, clock);
        if (files.problems.isEmpty() && content.signer().isEmpty()) {
            files.problems.add("[portal.signing]: " + portal.signing().certificate() + ": there is no such file");
        }
        if (!files.problems.isEmpty()) {
            throw new GatewayStartException(String.join("; ", files.problems));
        }
        return content;
    }

    /**
     * Reads the templates for all desktops and for each.
     *
     * @throws GatewayStartException with everything that is wrong
     */
    static Reloadable readAgain(Configuration configuration, PortalConfig portal) throws GatewayStartException {
        PortalFiles files = new PortalFiles();
        Reloadable content = files.templates(portal, configuration);
        if (!files.problems.isEmpty()) {
            throw new GatewayStartException(files.problems);
        }
        return content;
    }

    private Reloadable templates(PortalConfig portal, Configuration configuration) {
        return new Reloadable(portal.template().map(this::template).orElse(RdpFile.EMPTY), desktops(configuration));
    }

    private Content read(PortalConfig portal, Configuration configuration, Clock clock) {
        Reloadable templates = templates(portal, configuration);
        Optional<Logo> logo = portal.logo()
                .map(path -> Logo.of(path.toString(), bytes(path, LARGEST_LOGO).orElse(new byte[0])));
        Optional<TlsFiles> pair = isSignerToBeMade(portal.signing()) ? Optional.empty() : pair(portal.signing(), clock);
        return new Content(
                templates.template(),
                templates.desktops(),
                logo,
                pair.flatMap(this::signer),
                pair.map(files -> files.chain().getFirst()));
    }

    private List<Desktop> desktops(Configuration configuration) {
        return configuration.gateway().desktop().stream()
                .map(desktop -> desktop(desktop, configuration.dnsSuffix()))
                .toList();
    }

    private Desktop desktop(DesktopConfig config, DnsSuffix suffix) {
        return new Desktop(
                config.name(),
                config.title().orElse(config.name()),
                config.host().completed(suffix),
                config.port(),
                config.icon(),
                config.group(),
                config.template().map(this::template).orElse(RdpFile.EMPTY));
    }

    private RdpFile template(Path path) {
        return bytes(path, LARGEST_TEMPLATE)
                .map(bytes -> switch (RdpTemplate.read(bytes)) {
                    case Parsed.Valid<RdpTemplate>(RdpTemplate template) -> {
                        template.notes().forEach(note -> notes.add(path + ": " + note));
                        yield template.file();
                    }
                    case Parsed.Faulty<RdpTemplate>(String problem) -> {
                        problems.add(path + ": " + problem);
                        yield RdpFile.EMPTY;
                    }
                })
                .orElse(RdpFile.EMPTY);
    }

    private Optional<TlsFiles> pair(PortalConfig.Signing signing, Clock clock) {
        try {
            return Optional.of(TlsFiles.read(signing.certificate(), signing.key(), clock));
        } catch (GatewayStartException e) {
            problems.add("[portal.signing]: " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<RdpSigner> signer(TlsFiles pair) {
        try {
            return Optional.of(new RdpSigner(pair.key(), pair.chain()));
        } catch (IllegalArgumentException e) {
            problems.add("[portal.signing]: " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<byte[]> bytes(Path path, int largest) {
        if (RegularFile.isOther(path)) {
            problems.add(path + ": is not a regular file");
            return Optional.empty();
        }
        try (InputStream stream = Files.newInputStream(path)) {
            byte[] bytes = stream.readNBytes(largest + 1);
            if (bytes.length <= largest) {
                return Optional.of(bytes);
            }
            problems.add(path + ": larger than " + largest + " bytes");
        } catch (NoSuchFileException _) {
            problems.add(path + ": there is no such file");
        } catch (IOException e) {
            problems.add(path + ": cannot be read: " + e);
        }
        return Optional.empty();
    }
}
