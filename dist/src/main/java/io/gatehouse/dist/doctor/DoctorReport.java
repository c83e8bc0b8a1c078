package io.gatehouse.dist.doctor;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.gatehouse.api.Finding;
import io.gatehouse.api.Finding.Severity;
import io.gatehouse.formats.text.PrintableText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What was found, for people and for programs.
 *
 * @param examined every examination that was made
 */
public record DoctorReport(List<Examined> examined) {
    private static final String RESET = "\u001b[0m";

    public DoctorReport {
        examined = List.copyOf(examined);
    }

    /** How many findings are that bad. */
    public long count(Severity severity) {
        return examined.stream()
                .flatMap(each -> each.findings().stream())
                .filter(finding -> finding.severity() == severity)
                .count();
    }

    /** Writes the findings by area, and says where there is none. */
    public void print(PrintWriter out, boolean colour) {
        byArea().forEach((area, examinations) -> {
            out.println(area);
            List<Finding> findings = examinations.stream()
                    .flatMap(each -> each.findings().stream())
                    .distinct()
                    .toList();
            if (findings.isEmpty()) {
                out.println("  " + paint("ok", "\u001b[32m", colour) + "       "
                        + String.join(
                                ", ",
                                examinations.stream().map(Examined::subject).toList()));
            }
            findings.forEach(finding -> print(out, finding, colour));
            out.println();
        });
        out.println(summary());
        out.flush();
    }

    /** Writes one finding with its fix. */
    public static void print(PrintWriter out, Finding finding, boolean colour) {
        String word = word(finding.severity());
        String hue = switch (finding.severity()) {
            case FAULT -> "\u001b[31m";
            case WARNING -> "\u001b[33m";
            case NOTE -> "\u001b[36m";
        };
        out.println("  " + paint(word, hue, colour) + " ".repeat(9 - word.length()) + printable(finding.cause()) + " ["
                + finding.code() + "]");
        if (!finding.fix().isEmpty()) {
            out.println("           fix: " + printable(finding.fix()));
        }
    }

    private String summary() {
        return plural(count(Severity.FAULT), "fault") + ", " + plural(count(Severity.WARNING), "warning") + ", "
                + plural(count(Severity.NOTE), "note");
    }

    private static String plural(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private static String paint(String text, String hue, boolean colour) {
        return colour ? hue + text + RESET : text;
    }

    private static String word(Severity severity) {
        return severity.name().toLowerCase(Locale.ROOT);
    }

    /** Names and texts of others may hold anything; a terminal obeys control characters. */
    private static String printable(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(each -> shown.appendCodePoint(PrintableText.isPrintable(each) ? each : '?'));
        return shown.toString();
    }

    /** The same as one JSON object. */
    public String json() {
        List<Map<String, Object>> findings = new ArrayList<>();
        for (Examined each : examined) {
            for (Finding finding : each.findings()) {
                Map<String, Object> object = new LinkedHashMap<>();
                object.put("area", each.area());
                object.put("subject", each.subject());
                object.put("severity", word(finding.severity()));
                object.put("code", finding.code());
                object.put("cause", finding.cause());
                object.put("fix", finding.fix());
                findings.add(object);
            }
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("faults", count(Severity.FAULT));
        all.put("warnings", count(Severity.WARNING));
        all.put("notes", count(Severity.NOTE));
        all.put(
                "examined",
                examined.stream()
                        .map(each -> each.area() + ": " + each.subject())
                        .toList());
        all.put("findings", findings);
        return JSONObjectUtils.toJSONString(all);
    }

    private Map<String, List<Examined>> byArea() {
        Map<String, List<Examined>> areas = new LinkedHashMap<>();
        examined.forEach(each ->
                areas.computeIfAbsent(each.area(), _ -> new ArrayList<>()).add(each));
        return areas;
    }
}
