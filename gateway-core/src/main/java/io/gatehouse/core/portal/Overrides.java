package io.gatehouse.core.portal;

import io.gatehouse.core.rdp.RdpFile;
import io.gatehouse.core.rdp.RdpSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What users may change in their files: how large the desktop is, and what it shares with their machine. Everything
 * else in a request is left aside.
 */
public final class Overrides {
    private static final Map<String, List<RdpSetting>> DISPLAY = Map.of(
            "full", List.of(RdpSetting.number("screen mode id", 2), RdpSetting.number("use multimon", 0)),
            "all", List.of(RdpSetting.number("screen mode id", 2), RdpSetting.number("use multimon", 1)),
            "1280x800", window(1280, 800),
            "1600x900", window(1600, 900),
            "1920x1080", window(1920, 1080));
    private static final Map<String, List<RdpSetting>> CLIPBOARD = Map.of(
            "on", List.of(RdpSetting.number("redirectclipboard", 1)),
            "off", List.of(RdpSetting.number("redirectclipboard", 0)));
    private static final Map<String, List<RdpSetting>> AUDIO = Map.of(
            "here", List.of(RdpSetting.number("audiomode", 0)),
            "there", List.of(RdpSetting.number("audiomode", 1)),
            "off", List.of(RdpSetting.number("audiomode", 2)));

    private Overrides() {}

    private static List<RdpSetting> window(int width, int height) {
        return List.of(
                RdpSetting.number("screen mode id", 1),
                RdpSetting.number("use multimon", 0),
                RdpSetting.number("desktopwidth", width),
                RdpSetting.number("desktopheight", height));
    }

    /**
     * The settings that a request's parameters {@code display}, {@code clipboard} and {@code audio} stand for.
     *
     * @param fixed a template; what it forbids stays forbidden
     */
    public static RdpFile of(Map<String, String> parameters, RdpFile fixed) {
        List<RdpSetting> chosen = new ArrayList<>();
        choice(DISPLAY, parameters, "display").ifPresent(chosen::addAll);
        choice(AUDIO, parameters, "audio").ifPresent(chosen::addAll);
        if (!isForbidden(fixed, "redirectclipboard")) {
            choice(CLIPBOARD, parameters, "clipboard").ifPresent(chosen::addAll);
        }
        return new RdpFile(chosen);
    }

    /** Whether a template switches {@code name} off. */
    static boolean isForbidden(RdpFile fixed, String name) {
        return fixed.find(name).filter(setting -> setting.value().equals("0")).isPresent();
    }

    private static Optional<List<RdpSetting>> choice(
            Map<String, List<RdpSetting>> choices, Map<String, String> parameters, String name) {
        return Optional.ofNullable(parameters.get(name)).flatMap(value -> Optional.ofNullable(choices.get(value)));
    }
}
