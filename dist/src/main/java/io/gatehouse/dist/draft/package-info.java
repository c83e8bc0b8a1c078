/**
 * Writes configuration files: from the answers of {@code gatehouse init}, and from the configurations of other
 * gateways. Knows no terminal and no file.
 */
@NullMarked
package io.gatehouse.dist.draft;

import org.jspecify.annotations.NullMarked;
