@NullMarked
package io.gatehouse.testkit.directory;

import org.jspecify.annotations.NullMarked;
