/** The configuration file: TOML bound to records, every problem reported in one run. */
@NullMarked
package io.gatehouse.core.config;

import org.jspecify.annotations.NullMarked;
