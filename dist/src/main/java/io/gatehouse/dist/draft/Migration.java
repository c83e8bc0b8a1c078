package io.gatehouse.dist.draft;

import io.gatehouse.api.Secret;
import java.util.List;
import java.util.Map;

/**
 * What became of the configuration of another gateway.
 *
 * @param text a configuration file, or a part of one
 * @param notes what was not taken over as it was
 * @param secrets what belongs into files of its own, by their names in {@code text}
 */
public record Migration(String text, List<MigrationNote> notes, Map<String, Secret> secrets) {
    public Migration {
        notes = List.copyOf(notes);
        secrets = Map.copyOf(secrets);
    }
}
