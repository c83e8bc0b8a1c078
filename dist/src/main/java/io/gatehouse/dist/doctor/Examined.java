package io.gatehouse.dist.doctor;

import io.gatehouse.api.Finding;
import java.util.List;

/**
 * An examination that was made.
 *
 * @param area under which heading it stands
 * @param subject what was looked at
 * @param findings nothing when all is well
 */
public record Examined(String area, String subject, List<Finding> findings) {
    public Examined {
        findings = List.copyOf(findings);
    }
}
