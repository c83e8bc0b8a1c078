/**
 * What two threads may do to each other in classes that are open to other packages; those of others are beside their
 * classes.
 */
@NullMarked
package io.gatehouse.races;

import org.jspecify.annotations.NullMarked;
